import { requireCapacity } from "../errors.ts";
import { requireSampleRate } from "../rates.ts";
import { MAX_TAPS, filterTable, type FilterTable } from "./filter-table.ts";
import { createJavaScriptKernel } from "./javascript-kernel.ts";
import { BLOCK_SAMPLES, type Filter, type FilterKernel } from "./kernel.ts";
import { createWasmKernel } from "./wasm-kernel.ts";

/** The two rates of a resampler in Hz, each one of `SAMPLE_RATES`. They may be equal: samples are then copied. */
export interface ResamplerRates {
  readonly from: number;
  readonly to: number;
}

/**
 * Converts one stream of 16-bit mono samples. Output sample `k` belongs to the instant `k / to` of the input, so
 * time stamps carry over; it leaves once the input through {@link Resampler.latencyMs} after that instant is there.
 * However the input is cut, the output is the same, sample for sample.
 */
export interface Resampler {
  /** What it was made for. */
  readonly rates: ResamplerRates;
  /** How long output is held back: the worst lag between an input sample given and the output of its instant. */
  readonly latencyMs: number;
  /** The most that {@link Resampler.flush} writes, in samples. */
  readonly maxFlush: number;
  /** The most that one `process` call writes for so many input samples. Exact where the ratio is: 160 for 480 at 3:1. */
  maxOutput(inputLength: number): number;
  /**
   * Takes all of `input` and writes what it completes to the start of `output`. The two must not overlap.
   *
   * @returns the number of samples written
   * @throws AudioError `output-too-small`, having taken nothing; `maxOutput(input.length)` always suffices
   */
  process(input: Int16Array, output: Int16Array): number;
  /**
   * Ends the stream: writes what was held back, as if silence followed, and is then as new. All calls together have
   * written `ceil(inputSamples * to / from)` samples.
   *
   * @returns the number of samples written
   * @throws AudioError `output-too-small`, with the stream still open; `maxFlush` always suffices
   */
  flush(output: Int16Array): number;
  /** Drops what is held back and starts a new stream, for example when playback is cleared. */
  reset(): void;
}

/**
 * A resampler for one stream. Allocates its history here and nothing afterwards.
 *
 * @throws AudioError `unsupported-rate`
 */
export function createResampler(rates: ResamplerRates): Resampler {
  sharedKernel ??= createWasmKernel() ?? createJavaScriptKernel();
  return createResamplerOn(sharedKernel, rates);
}

let sharedKernel: FilterKernel | undefined;

/** A resampler on a given kernel; {@link createResampler} takes the fastest that the machine has. */
export function createResamplerOn(kernel: FilterKernel, rates: ResamplerRates): Resampler {
  const { from, to } = rates;
  requireSampleRate(from);
  requireSampleRate(to);
  return from === to ? new Passthrough({ from, to }) : new PolyphaseResampler(kernel, { from, to }, filterTable(from, to));
}

/** Between equal rates. */
class Passthrough implements Resampler {
  readonly latencyMs = 0;
  readonly maxFlush = 0;
  readonly rates: ResamplerRates;

  constructor(rates: ResamplerRates) {
    this.rates = rates;
  }

  maxOutput(inputLength: number): number {
    return inputLength;
  }

  process(input: Int16Array, output: Int16Array): number {
    requireCapacity("Resampler.process", output.length, input.length);
    output.set(input);
    return input.length;
  }

  flush(_output: Int16Array): number {
    return 0;
  }

  reset(): void {
    // Nothing is ever held back.
  }
}

/** What follows a stream that ends: as much as any filter looks ahead. */
const SILENCE = /* @__PURE__ */ new Int16Array(MAX_TAPS);

class PolyphaseResampler implements Resampler {
  readonly rates: ResamplerRates;
  readonly latencyMs: number;
  readonly maxFlush: number;
  readonly #kernel: FilterKernel;
  readonly #filter: Filter;
  readonly #table: FilterTable;
  /** The samples from the next output's window on. */
  readonly #history: Int16Array;
  #held = 0;
  /** The row of the next output sample. */
  #phase = 0;

  constructor(kernel: FilterKernel, rates: ResamplerRates, table: FilterTable) {
    this.rates = rates;
    this.latencyMs = (1000 * table.lookAhead) / rates.from;
    this.#kernel = kernel;
    this.#filter = kernel.load(table);
    this.#table = table;
    this.#history = new Int16Array(table.taps);
    this.maxFlush = this.maxOutput(table.lookAhead);
    this.reset();
  }

  maxOutput(inputLength: number): number {
    // Every call writes all that is ready, so at most what lies between the last input sample before and now is new.
    return Math.ceil((inputLength * this.#table.phases) / this.#table.step);
  }

  process(input: Int16Array, output: Int16Array): number {
    requireCapacity("Resampler.process", output.length, this.#ready(input.length));
    let written = 0;
    for (let at = 0; at < input.length; at += BLOCK_SAMPLES) {
      written += this.#processBlock(input, at, Math.min(input.length, at + BLOCK_SAMPLES), output, written);
    }
    return written;
  }

  flush(output: Int16Array): number {
    const { lookAhead } = this.#table;
    requireCapacity("Resampler.flush", output.length, this.#ready(lookAhead));
    const written = this.#processBlock(SILENCE, 0, lookAhead, output, 0);
    this.reset();
    return written;
  }

  reset(): void {
    // Silence before the first sample fills the window up to it.
    this.#held = this.#table.lookBack;
    this.#history.fill(0);
    this.#phase = 0;
  }

  /** Output samples whose windows are complete once so many more input samples are there. */
  #ready(more: number): number {
    const { phases, step, taps } = this.#table;
    const windows = this.#held + more - taps + 1;
    return windows <= 0 ? 0 : Math.floor((windows * phases - 1 - this.#phase) / step) + 1;
  }

  #processBlock(input: Int16Array, from: number, to: number, output: Int16Array, outputAt: number): number {
    const { phases, step } = this.#table;
    const history = this.#history;
    const held = this.#held;
    const count = this.#ready(to - from);
    const window = this.#kernel.window;
    for (let i = 0; i < held; i++) window[i] = history[i] as number;
    if (to - from === input.length) window.set(input, held);
    else for (let i = from; i < to; i++) window[held + i - from] = input[i] as number;

    if (count > 0) {
      this.#filter(count, this.#phase);
      const results = this.#kernel.results;
      for (let i = 0; i < count; i++) output[outputAt + i] = results[i] as number;
    }

    const advance = this.#phase + count * step;
    const consumed = Math.floor(advance / phases);
    this.#phase = advance % phases;
    this.#held = held + (to - from) - consumed;
    for (let i = 0; i < this.#held; i++) history[i] = window[consumed + i] as number;
    return count;
  }
}
