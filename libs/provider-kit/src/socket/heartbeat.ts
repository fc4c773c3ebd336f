import type { Clock } from "@openclaw/telephony-contract";

/** Beats whenever nothing happened for a while. One timer for a whole pause: what happens only notes its time. */
export class Heartbeat {
  #at: number;
  #cancel: () => void;

  constructor(
    private readonly clock: Clock,
    private readonly everyMs: number,
    private readonly beat: () => void,
  ) {
    this.#at = clock.monotonic();
    this.#cancel = clock.schedule(everyMs, () => this.#look());
  }

  /** Something happened. */
  note(): void {
    this.#at = this.clock.monotonic();
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    const leftMs = this.#at + this.everyMs - this.clock.monotonic();
    const due = leftMs <= 0;
    if (due) this.note();
    this.#cancel = this.clock.schedule(due ? this.everyMs : leftMs, () => this.#look());
    if (due) this.beat();
  }
}
