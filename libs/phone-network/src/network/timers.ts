import type { Clock } from "@openclaw/telephony-contract";

/** The timers of one call, cancelled together. */
export class Timers {
  readonly #running = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  /** Calls back once after `ms` milliseconds. Gives the way to cancel it. */
  after(ms: number, callback: () => void): () => void {
    const cancel = () => {
      stop();
      this.#running.delete(cancel);
    };
    const stop = this.clock.schedule(ms, () => {
      this.#running.delete(cancel);
      callback();
    });
    this.#running.add(cancel);
    return cancel;
  }

  cancelAll(): void {
    for (const cancel of [...this.#running]) cancel();
  }
}
