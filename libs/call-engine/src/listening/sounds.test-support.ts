import { encodeAlaw, encodeMulaw, writePcm16 } from "@openclaw/telephony-audio";

/** Sound for tests: samples at 8 kHz, full scale 1. The same every time. */
export type Sound = Float64Array;

/** Samples of a frame of 20 ms at 8 kHz. */
export const FRAME = 160;

const samples = (ms: number) => new Float64Array(ms * 8);

/** Numbers from -1 to 1 that look random (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  };
}

/** Sets the level of a sound: its RMS over all of it, in dBFS. */
function at(dbfs: number, sound: Sound): Sound {
  const rms = Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
  const factor = 10 ** (dbfs / 20) / rms;
  return sound.map((sample) => sample * factor);
}

/** Noise of a room, even and without tone. */
export function noise(ms: number, dbfs: number, seed = 1): Sound {
  const next = random(seed);
  return at(dbfs, samples(ms).map(next));
}

/** Noise of a room full of people: deep, and some decibels louder and softer from moment to moment. */
export function babble(ms: number, dbfs: number, seed = 2): Sound {
  const next = random(seed);
  let swell = 1;
  let deep = 0;
  return at(
    dbfs,
    samples(ms).map((_, index) => {
      if (index % (3 * FRAME) === 0) swell = 1 + 0.45 * next();
      deep = 0.7 * deep + 0.3 * next();
      return swell * deep;
    }),
  );
}

/** One even tone. */
export function tone(ms: number, hz: number, dbfs: number): Sound {
  return at(dbfs, samples(ms).map((_, index) => Math.sin((2 * Math.PI * hz * index) / 8000)));
}

/** A hummed "hm": a voice that swells and fades once. */
export function hum(ms: number, dbfs: number): Sound {
  return at(dbfs, samples(ms).map((_, index, { length }) => voiced(index) * Math.sin((Math.PI * (index + 0.5)) / length) ** 0.5));
}

/** Sound that swells and fades as speech does: syllables of some 200 ms with a short gap after each, from its first sample. */
export function speech(ms: number, dbfs: number, seed = 3): Sound {
  const next = random(seed);
  let left = 0;
  let length = 0;
  let loudness = 1;
  return at(
    dbfs,
    samples(ms).map((_, index) => {
      if (left === 0) {
        length = left = Math.round(8 * (200 + 60 * next()));
        loudness = 1 + 0.5 * next();
      }
      const place = 1 - left-- / length;
      // The last fifth of a syllable is the closed mouth before the next.
      const envelope = place < 0.8 ? Math.sin((Math.PI * (place + 0.15)) / 1.1) ** 0.7 : 0.01;
      return loudness * envelope * (voiced(index) + 0.3 * next());
    }),
  );
}

function voiced(index: number): number {
  let sum = 0;
  for (let harmonic = 1; harmonic <= 8; harmonic++) sum += Math.sin((2 * Math.PI * 130 * harmonic * index) / 8000) / harmonic;
  return sum;
}

export function silence(ms: number): Sound {
  return samples(ms);
}

/** One sound after the other. */
export function sequence(...sounds: readonly Sound[]): Sound {
  return Float64Array.from(sounds.flatMap((sound) => [...sound]));
}

/** Adds `sound` to `target` from a sample on, by a factor. What does not fit is left out. */
export function mixInto(target: Sound, sound: Sound, from: number, factor = 1): void {
  const begin = Math.max(0, from);
  for (let i = begin; i < Math.min(target.length, from + sound.length); i++) target[i] = (target[i] as number) + factor * (sound[i - from] as number);
}

/** RMS level in dBFS. */
export function levelOf(sound: Sound): number {
  return 10 * Math.log10(sound.reduce((sum, sample) => sum + sample * sample, 0) / sound.length);
}

/** The sound as bytes of a telephone's format, at 8 kHz. */
export function encode(sound: Sound, encoding: "mulaw" | "alaw" | "pcm16" = "mulaw"): Uint8Array {
  const linear = Int16Array.from(sound, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))));
  const bytes = new Uint8Array(linear.length * (encoding === "pcm16" ? 2 : 1));
  if (encoding === "pcm16") writePcm16(linear, bytes);
  else if (encoding === "mulaw") encodeMulaw(linear, bytes);
  else encodeAlaw(linear, bytes);
  return bytes;
}
