/** Milliseconds of one frame. */
export const FRAME_MS = 20;

/** What the caller hears of frames that arrive, by the time of their arrival: without a gap as long as the next one is there in time. */
export class PlayOut {
  #endsAt = -Infinity;
  #longestGapMs = 0;
  #frames = 0;

  /** When the last frame that came will have been played. */
  get endsAt(): number {
    return this.#endsAt;
  }

  /** Frames since the begin. */
  get frames(): number {
    return this.#frames;
  }

  /** The longest silence between two frames since the begin, in milliseconds. */
  get longestGapMs(): number {
    return this.#longestGapMs;
  }

  /** With the frame that has just arrived something new begins: the silence before it is no gap. */
  begin(now: number): void {
    this.#endsAt = -Infinity;
    this.#longestGapMs = 0;
    this.#frames = 0;
    this.frame(now);
  }

  /** A frame arrives. */
  frame(now: number): void {
    const gap = now - this.#endsAt;
    if (this.#frames > 0 && gap > this.#longestGapMs) this.#longestGapMs = gap;
    this.#endsAt = (gap > 0 ? now : this.#endsAt) + FRAME_MS;
    this.#frames += 1;
  }

  /** What was not heard yet is dropped. */
  drop(now: number): void {
    if (this.#endsAt > now) this.#endsAt = now;
  }
}
