import type { Clock } from "@openclaw/telephony-contract";

/** Messages a second that a socket may send for long: five times the frames of a stream. */
const PER_SECOND = 250;
/** Messages beyond that: what gathers while the network, or this process, stands still for some seconds. */
const BURST = 1000;

/** Tells a stream from a flood. Looks at the clock once in 250 messages, so that it costs next to nothing. */
export class MessageRate {
  #count = 0;
  #since: number;
  #excess = 0;

  constructor(private readonly clock: Clock) {
    this.#since = clock.monotonic();
  }

  /** Counts one message. Whether that is too many. */
  exceeded(): boolean {
    if (++this.#count < PER_SECOND) return false;
    const now = this.clock.monotonic();
    const allowed = ((now - this.#since) / 1000) * PER_SECOND;
    this.#excess = Math.max(0, this.#excess + this.#count - allowed);
    this.#count = 0;
    this.#since = now;
    return this.#excess > BURST;
  }
}
