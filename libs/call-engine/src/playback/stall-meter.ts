/** Stall that is reckoned with while nothing is known yet: an agent that is loaded for a call holds the process up like that. */
const UNKNOWN_MS = 700;
/** Time after which half of a stall is forgotten, in milliseconds. */
const HALF_LIFE_MS = 10_000;
/** Beats that come after such a rest say nothing about the time before. */
const REST_MS = 5000;
/** By how much the lead is longer than the worst stall: the next one may be worse. */
const RESERVE = 1.5;
/** Longest lead: what is ahead is lost when the caller interrupts, and was paid for. */
const MAX_LEAD_MS = 2000;

/**
 * Knows how long the process stands still at times, from how late its beats come, and how far ahead of the caller's ear
 * audio has to be so that nobody hears it. Calls begin with a long lead, which shrinks while all is smooth.
 */
export class StallMeter {
  #worstMs = UNKNOWN_MS;
  #at = Number.NEGATIVE_INFINITY;

  /** A beat came so late. */
  observe(lateMs: number, nowMs: number): void {
    const sinceMs = nowMs - this.#at;
    this.#at = nowMs;
    const remembered = sinceMs > REST_MS + lateMs ? UNKNOWN_MS : this.#worstMs * 0.5 ** (sinceMs / HALF_LIFE_MS);
    this.#worstMs = Math.max(lateMs, remembered);
  }

  /** The lead to keep where at least `leastMs` is wanted. */
  leadMs(leastMs: number): number {
    return Math.max(leastMs, Math.min(MAX_LEAD_MS, this.#worstMs * RESERVE));
  }
}
