import type { Clock } from "@openclaw/telephony-contract";

/**
 * The clock of a process whose event loop may stand still: time goes on, and what falls due meanwhile happens when it is
 * over, as it does when a process is busy with something else.
 */
export class StallingClock implements Clock {
  #until = -Infinity;
  readonly #held: (() => void)[] = [];

  constructor(private readonly time: Clock) {}

  now(): number {
    return this.time.now();
  }

  monotonic(): number {
    return this.time.monotonic();
  }

  schedule(delayMs: number, callback: () => void): () => void {
    let cancelled = false;
    const cancel = this.time.schedule(delayMs, () => this.pass(() => cancelled || callback()));
    return () => {
      cancelled = true;
      cancel();
    };
  }

  /** Nothing happens in the process for so long. */
  stall(ms: number): void {
    this.#until = this.time.monotonic() + ms;
    this.time.schedule(ms, () => this.#goOn());
  }

  /** Something reaches the process: it happens now, or when the process goes on. */
  pass(work: () => void): void {
    if (this.time.monotonic() < this.#until) this.#held.push(work);
    else work();
  }

  #goOn(): void {
    for (const work of this.#held.splice(0)) work();
  }
}
