import type { Clock } from "@openclaw/telephony-contract";
import type { Mailbox } from "./input.ts";
import type { TimerName } from "./state.ts";

/** The timers of one call: at most one of each name. What is due goes into its mailbox. */
export class Timers {
  readonly #clock: Clock;
  readonly #mailbox: Mailbox;
  readonly #running = new Map<TimerName, () => void>();

  constructor(clock: Clock, mailbox: Mailbox) {
    this.#clock = clock;
    this.#mailbox = mailbox;
  }

  get size(): number {
    return this.#running.size;
  }

  /** Starts a timer, in place of a running one of that name. */
  start(name: TimerName, delayMs: number): void {
    this.cancel(name);
    const cancel = this.#clock.schedule(delayMs, () => {
      this.#running.delete(name);
      this.#mailbox.post({ type: "timer", name });
    });
    this.#running.set(name, cancel);
  }

  cancel(name: TimerName): void {
    this.#running.get(name)?.();
    this.#running.delete(name);
  }

  cancelAll(): void {
    for (const cancel of this.#running.values()) cancel();
    this.#running.clear();
  }
}
