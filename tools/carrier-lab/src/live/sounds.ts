import type { Room } from "./line.ts";

/** Samples of a millisecond of telephone sound. */
const PER_MS = 8;
const FULL = 32_767;

/** Samples at the telephone's 8 kHz, as shares of full scale. */
export type Sound = Float64Array;

/** White noise whose level is so many dBFS. */
export function noise(ms: number, dbfs: number): Sound {
  const next = random(17);
  // Even noise from -1 to 1 has an RMS of 1 / sqrt(3).
  const peak = 10 ** (dbfs / 20) * Math.sqrt(3);
  return Float64Array.from({ length: ms * PER_MS }, () => peak * (2 * next() - 1));
}

/** A voice without words: a buzz whose loudness goes up and down with four syllables a second, at so many dBFS. */
export function voice(ms: number, dbfs: number): Sound {
  const sound = Float64Array.from({ length: ms * PER_MS }, (_, at) => {
    const seconds = at / (1000 * PER_MS);
    let buzz = 0;
    for (let harmonic = 1; harmonic <= 6; harmonic++) buzz += Math.sin(2 * Math.PI * 130 * harmonic * seconds) / harmonic;
    return buzz * (0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * seconds));
  });
  const rms = Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
  return sound.map((sample) => (sample * 10 ** (dbfs / 20)) / rms);
}

/** What is to be heard in a room beside the caller. */
export class Acoustics {
  readonly #echo: { readonly share: number; readonly samples: number } | undefined;
  /** What the caller heard and what comes back later. */
  readonly #played: number[] = [];
  #sounds: { readonly sound: Sound; at: number }[] = [];

  /** @param echo how our own voice comes back: by how much quieter, and after how long. Absent: it does not. */
  constructor(echo?: { readonly lossDb: number; readonly delayMs: number }) {
    this.#echo = echo && { share: 10 ** (-echo.lossDb / 20), samples: echo.delayMs * PER_MS };
  }

  /** Makes a sound from now on. */
  make(sound: Sound): void {
    this.#sounds.push({ sound, at: 0 });
  }

  /** Samples that the room has heard so far, and of them those that came back. */
  #heard = 0;
  #returned = 0;

  readonly room: Room = (caller, played) => {
    for (const sample of played) this.#played.push(sample);
    for (let at = 0; at < caller.length; at++) {
      let sum = (caller[at] as number) + this.#echoed();
      for (const one of this.#sounds) sum += FULL * (one.sound[one.at++] ?? 0);
      caller[at] = Math.max(-FULL, Math.min(FULL, Math.round(sum)));
    }
    this.#sounds = this.#sounds.filter(({ sound, at }) => at < sound.length);
    this.#heard += caller.length;
  };

  #echoed(): number {
    if (!this.#echo || this.#heard < this.#echo.samples) return 0;
    return this.#echo.share * (this.#played[this.#returned++] ?? 0);
  }
}

/** Numbers from 0 to 1 that are the same every time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
