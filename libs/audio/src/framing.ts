import { AudioError } from "./errors.ts";

/** Milliseconds in a telephone frame: what carriers send and expect, fifty a second. */
export const FRAME_MS = 20;

/**
 * Samples in a frame: 160 at 8 kHz and 20 ms. In G.711 that is also its bytes; PCM16 takes two bytes each.
 *
 * @param sampleRate in Hz
 * @param milliseconds length of the frame
 * @throws AudioError `invalid-frame` where that is not a whole, positive number of samples
 */
export function frameSamples(sampleRate: number, milliseconds: number = FRAME_MS): number {
  const samples = (sampleRate * milliseconds) / 1000;
  if (!Number.isInteger(samples) || samples <= 0) {
    throw new AudioError("invalid-frame", `${milliseconds} ms at ${sampleRate} Hz is not a whole number of samples`);
  }
  return samples;
}

/** Cuts a stream whose chunks have any size into frames of one size. */
export interface Framer<Frame extends Uint8Array | Int16Array> {
  /** Elements that wait for the rest of their frame. */
  readonly pending: number;
  /**
   * Takes a whole chunk and calls `onFrame` for every frame that it completes. The frame is the caller's own buffer of
   * {@link createFramer}, full: it holds this frame until `onFrame` returns. What `onFrame` throws passes through, and
   * the rest of the chunk is lost.
   *
   * @returns the number of frames completed
   */
  push(chunk: Frame, onFrame: (frame: Frame) => void): number;
  /**
   * Completes the last frame with `silence` (0 in PCM16, `MULAW_SILENCE`, `ALAW_SILENCE`) and hands it to `onFrame`.
   * Without pending elements nothing happens.
   *
   * @returns how many elements of that frame were sound
   */
  flush(silence: number, onFrame: (frame: Frame) => void): number;
  /** Drops what is pending, for a new stream or when playback is cleared. */
  reset(): void;
}

/**
 * A framer for one stream. It collects into `frame`, the caller's buffer, whose length is the frame's; nothing else is
 * allocated, then or later.
 *
 * @throws AudioError `invalid-frame` for an empty buffer
 */
export function createFramer<Frame extends Uint8Array | Int16Array>(frame: Frame): Framer<Frame> {
  const size = frame.length;
  if (size === 0) throw new AudioError("invalid-frame", "a frame needs at least one element");
  let filled = 0;
  return {
    get pending() {
      return filled;
    },
    push(chunk, onFrame) {
      let frames = 0;
      for (let at = 0; at < chunk.length; ) {
        const end = Math.min(chunk.length, at + size - filled);
        while (at < end) frame[filled++] = chunk[at++] as number;
        if (filled < size) break;
        filled = 0;
        frames += 1;
        onFrame(frame);
      }
      return frames;
    },
    flush(silence, onFrame) {
      const sound = filled;
      if (sound === 0) return 0;
      frame.fill(silence, sound);
      filled = 0;
      onFrame(frame);
      return sound;
    },
    reset() {
      filled = 0;
    },
  };
}
