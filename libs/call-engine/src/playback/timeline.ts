/** Echoes that are later than this tell of a disturbance, not of the way to the caller. */
export const MAX_LATE_MS = 2000;

/** How far one mark that is later than those before moves the estimate. */
const BELIEF_IN_LATER = 0.25;

/**
 * What the caller has heard of the audio that was handed over, in milliseconds of that audio. It is a matter of the clock:
 * audio is played without a gap from when it was handed over, or from the end of what was before it. Marks that come
 * back tell how much later than that it reaches the ear, and keep the estimate honest.
 */
export class Timeline {
  #sentMs = 0;
  /** When the last of it will have been played, on the monotonic clock. */
  #endsAt = -Infinity;
  #confirmedMs = 0;
  /** How much later than by our clock the ear gets it. Unknown before the first mark. */
  #lateMs: number | undefined;
  #generation = 0;

  /** Counts the times that it began anew. */
  get generation(): number {
    return this.#generation;
  }

  /** Audio that was handed over. */
  get sentMs(): number {
    return this.#sentMs;
  }

  /** When the last of it will have been played by our clock, in monotonic milliseconds. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /** Audio that the carrier said was played. */
  get confirmedMs(): number {
    return this.#confirmedMs;
  }

  /** Notes that so much more was handed over. */
  sent(ms: number, now: number): void {
    this.#endsAt = (this.#endsAt > now ? this.#endsAt : now) + ms;
    this.#sentMs += ms;
  }

  /** Audio that the carrier has and did not play yet. */
  aheadMs(now: number): number {
    return this.#endsAt > now ? this.#endsAt - now : 0;
  }

  /** Audio that can have been heard at most: what our clock says. */
  playedMs(now: number): number {
    return this.#sentMs - this.aheadMs(now);
  }

  /** Audio that was heard, as well as can be told. */
  heardMs(now: number): number {
    const unheard = this.#endsAt + (this.#lateMs ?? 0) - now;
    const estimate = unheard > 0 ? this.#sentMs - unheard : this.#sentMs;
    const certain = Math.min(this.#confirmedMs, this.playedMs(now));
    return estimate > certain ? estimate : certain;
  }

  /** Takes the carrier's word that everything up to here was played; by our clock that was due at `dueAt`. */
  confirm(positionMs: number, dueAt: number, now: number): void {
    this.#confirmedMs = positionMs;
    const measured = Math.min(Math.max(0, now - dueAt), MAX_LATE_MS);
    // A mark can be noticed late, after a stall of ours, but never early: so the less is believed sooner.
    const before = this.#lateMs ?? measured;
    this.#lateMs = measured < before ? measured : before + (measured - before) * BELIEF_IN_LATER;
  }

  /** Begins anew at zero, since what was handed over is dropped. How late the ear is stays known on the same link. */
  restart(options: { readonly newLink: boolean }): void {
    this.#generation += 1;
    this.#sentMs = 0;
    this.#endsAt = -Infinity;
    this.#confirmedMs = 0;
    if (options.newLink) this.#lateMs = undefined;
  }
}
