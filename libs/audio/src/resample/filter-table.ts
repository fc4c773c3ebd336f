import type { SampleRate } from "../rates.ts";

/**
 * A polyphase low-pass filter in 16-bit fixed point.
 *
 * Output sample `k` lies `k * step / phases` input samples after input sample 0 (the ratio of the rates in lowest
 * terms). Its row is `k * step % phases`; its window begins {@link FilterTable.lookBack} samples before the input
 * sample at or before it, and is {@link FilterTable.taps} long.
 */
export interface FilterTable {
  /** `phases` rows of `taps` coefficients, negated: the largest is exactly 1, and 16 bits hold -1 but not 1. */
  readonly rows: Int16Array;
  /** Rows: distances that an output sample can have from the input sample before it. */
  readonly phases: number;
  /** Input samples from one output sample to the next, times `phases`. */
  readonly step: number;
  /** Coefficients in a row, a multiple of {@link TAPS_MULTIPLE}. */
  readonly taps: number;
  /** Samples in the window before the one at or before the output sample. */
  readonly lookBack: number;
  /** Samples in the window after it: what makes the filter wait. */
  readonly lookAhead: number;
  /** Binary digits after the point. Every row sums to exactly `-(2 ** shift)`, so a constant input stays what it is. */
  readonly shift: number;
}

/** Both kernels take rows in steps of this many coefficients. */
export const TAPS_MULTIPLE = 16;

/** The longest row that occurs: 48 or 44.1 kHz down to 8 kHz. */
export const MAX_TAPS = 240;

/**
 * Length of the filter in samples of the lower rate. Forty hold 8 kHz back by 2.5 ms and leave a transition from
 * 3.45 to 4.55 kHz at {@link STOP_BAND_DB}.
 */
const LENGTH = 40;

/** Attenuation that the window is designed for. A little below what 16-bit coefficients can keep. */
const STOP_BAND_DB = 88;

/** Kaiser's formula for the window's shape at attenuations above 50 dB. */
const KAISER_BETA = 0.1102 * (STOP_BAND_DB - 8.7);

const KAISER_HEIGHT = besselI0(KAISER_BETA);

const tables = new Map<string, FilterTable>();

/** The filter between two different rates. Built at first use (up to some milliseconds), then kept: at most 30. */
export function filterTable(from: SampleRate, to: SampleRate): FilterTable {
  const key = `${from}:${to}`;
  let table = tables.get(key);
  if (table === undefined) {
    table = build(from, to);
    tables.set(key, table);
  }
  return table;
}

function build(from: SampleRate, to: SampleRate): FilterTable {
  const divisor = greatestCommonDivisor(from, to);
  const phases = to / divisor;
  const taps = TAPS_MULTIPLE * Math.ceil((LENGTH * Math.max(1, from / to)) / TAPS_MULTIPLE);
  const half = taps / 2;
  // The edge of the lower rate's band, as a fraction of the input's: half-way down (-6 dB) exactly there.
  const cutoff = Math.min(1, to / from);

  const ideal = Array.from({ length: phases }, (_, phase) => row(taps, half, phase / phases, cutoff));
  const largest = ideal.reduce((most, one) => Math.max(most, ...one), 0);
  const shift = 15 - Math.ceil(Math.log2(largest));
  const rows = new Int16Array(phases * taps);
  ideal.forEach((one, phase) => rows.set(quantize(one, 2 ** shift), phase * taps));
  return { rows, phases, step: from / divisor, taps, lookBack: half - 1, lookAhead: half, shift };
}

/** One row of a windowed sinc, centred `fraction` of a sample after tap `half - 1`. */
function row(taps: number, half: number, fraction: number, cutoff: number): number[] {
  return Array.from({ length: taps }, (_, tap) => {
    const distance = tap - (half - 1) - fraction;
    return cutoff * sinc(cutoff * distance) * kaiser(distance / half);
  });
}

function sinc(x: number): number {
  // Whole distances are exact zeros, so that an output sample on an input sample is that sample.
  return x === 0 ? 1 : Number.isInteger(x) ? 0 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(position: number): number {
  return Math.abs(position) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - position * position)) / KAISER_HEIGHT;
}

/** The modified Bessel function of order zero, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let n = 1; term > sum * 1e-12; n++) {
    term *= (x / (2 * n)) ** 2;
    sum += term;
  }
  return sum;
}

/**
 * Rounds to negated whole numbers that sum to exactly `-unit`: as many are rounded up as that takes, those with the
 * largest remainders, so that no value is off by a whole one.
 */
function quantize(values: readonly number[], unit: number): Int16Array {
  const scaled = values.map((value) => value * unit);
  const whole = scaled.map(Math.floor);
  const missing = unit - whole.reduce((total, value) => total + value, 0);
  const byRemainder = scaled.map((value, tap) => ({ tap, remainder: value - Math.floor(value) }));
  byRemainder.sort((a, b) => b.remainder - a.remainder);
  for (const { tap } of byRemainder.slice(0, missing)) whole[tap] = (whole[tap] as number) + 1;
  return Int16Array.from(whole, (value) => -value);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
