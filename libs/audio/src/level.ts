import { ALAW_TO_LINEAR } from "./g711/alaw.ts";
import { MULAW_TO_LINEAR } from "./g711/mulaw.ts";

/** The magnitude that is 0 dBFS. */
const FULL_SCALE = 32_768;

/**
 * How loud a piece of audio is, in dBFS: 0 is full scale, `-Infinity` is digital silence (or no samples at all).
 * A full-scale sine has a peak of 0 and an RMS of -3.01.
 */
export interface Level {
  /** Root mean square: what loudness and voice detection go by. */
  rmsDbfs: number;
  /** The largest sample: what clipping goes by. */
  peakDbfs: number;
}

/** A level of silence, to be filled by the functions below. */
export function silentLevel(): Level {
  return { rmsDbfs: -Infinity, peakDbfs: -Infinity };
}

/** Measures 16-bit linear samples into the caller's `level`, and returns it. */
export function measurePcm16(samples: Int16Array, level: Level): Level {
  let squares = 0;
  let peak = 0;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as number;
    const magnitude = sample < 0 ? -sample : sample;
    if (magnitude > peak) peak = magnitude;
    squares += sample * sample;
  }
  return fill(level, squares, peak, samples.length);
}

/** Measures bytes of PCM16, little-endian, into the caller's `level`, and returns it. Half a sample at the end is left out. */
export function measurePcm16Bytes(bytes: Uint8Array, level: Level): Level {
  let squares = 0;
  let peak = 0;
  const count = bytes.length >> 1;
  for (let i = 0; i < 2 * count; i += 2) {
    const sample = (((bytes[i + 1] as number) << 24) >> 16) | (bytes[i] as number);
    const magnitude = sample < 0 ? -sample : sample;
    if (magnitude > peak) peak = magnitude;
    squares += sample * sample;
  }
  return fill(level, squares, peak, count);
}

/** Measures G.711 µ-law bytes into the caller's `level`, and returns it. */
export function measureMulaw(bytes: Uint8Array, level: Level): Level {
  return measureCoded(bytes, MULAW_TO_LINEAR, level);
}

/** Measures G.711 A-law bytes into the caller's `level`, and returns it. A-law has no zero: its silence is -72 dBFS. */
export function measureAlaw(bytes: Uint8Array, level: Level): Level {
  return measureCoded(bytes, ALAW_TO_LINEAR, level);
}

function measureCoded(bytes: Uint8Array, linear: Int16Array, level: Level): Level {
  let squares = 0;
  let peak = 0;
  for (let i = 0; i < bytes.length; i++) {
    const sample = linear[bytes[i] as number] as number;
    const magnitude = sample < 0 ? -sample : sample;
    if (magnitude > peak) peak = magnitude;
    squares += sample * sample;
  }
  return fill(level, squares, peak, bytes.length);
}

function fill(level: Level, squares: number, peak: number, count: number): Level {
  level.rmsDbfs = count === 0 ? -Infinity : 10 * Math.log10(squares / count / FULL_SCALE ** 2);
  level.peakDbfs = 20 * Math.log10(peak / FULL_SCALE);
  return level;
}
