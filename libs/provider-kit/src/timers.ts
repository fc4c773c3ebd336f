import type { Clock } from "@openclaw/telephony-contract";

/** Timers that belong together, such as those of one call, and end together. */
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

  /** Cancels those that are running. New ones may follow. */
  cancelAll(): void {
    for (const cancel of [...this.#running]) cancel();
  }
}
