/** Milliseconds of a frame. */
export const FRAME_MS = 20;

/** What a carrier waits before it plays the first frame, so that a frame that is a little late is not heard. */
const JITTER_BUFFER_MS = 40;

/** One caller, who hears frames of 20 ms without a gap as long as they arrive in time. */
export class Ear {
  /** Frames that arrived. */
  frames = 0;
  /** Silences in the middle, and how long they were together. */
  gaps = 0;
  gapMs = 0;
  #endsAt = 0;

  /** A frame arrives. */
  hear(now: number): void {
    if (this.frames === 0) this.#endsAt = now + JITTER_BUFFER_MS;
    if (now > this.#endsAt) {
      this.gaps += 1;
      this.gapMs += now - this.#endsAt;
      this.#endsAt = now;
    }
    this.#endsAt += FRAME_MS;
    this.frames += 1;
  }
}
