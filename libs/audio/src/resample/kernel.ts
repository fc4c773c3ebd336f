import { SAMPLE_RATES } from "../rates.ts";
import { MAX_TAPS, type FilterTable } from "./filter-table.ts";

/** Input samples that a kernel filters at once: 40 ms at 48 kHz. Longer input is cut by the resampler. */
export const BLOCK_SAMPLES = 1920;

/** Room for a block and for the samples kept from before it. */
export const WINDOW_SAMPLES = BLOCK_SAMPLES + MAX_TAPS;

/** Room for what a block can become at the largest ratio of two rates, and one started sample. */
export const RESULT_SAMPLES = BLOCK_SAMPLES * (Math.max(...SAMPLE_RATES) / Math.min(...SAMPLE_RATES)) + 1;

/**
 * Filters windows of samples. One kernel serves every resampler of the process: its two buffers are scratch, which a
 * resampler fills, runs and empties within one synchronous call. Both kernels give the same samples, bit by bit.
 */
export interface FilterKernel {
  readonly name: "wasm-simd" | "javascript";
  /** Where the input goes, {@link WINDOW_SAMPLES} long. Read anew for each block: a later `load` may replace it. */
  readonly window: Int16Array;
  /** Where the results are found, {@link RESULT_SAMPLES} long. Read anew likewise. */
  readonly results: Int16Array;
  /** Makes a table ready. The same table is loaded once. */
  load(table: FilterTable): Filter;
}

/**
 * Makes `count` output samples, at least one, from `kernel.window` into `kernel.results`. The first one's window begins
 * at the first sample, its row is `phase`.
 */
export type Filter = (count: number, phase: number) => void;
