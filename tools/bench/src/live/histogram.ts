/** Width of a bin in milliseconds, and how many there are: up to half a second. */
const BIN_MS = 0.02;
const BINS = 25_000;

/** Counts times, so that millions of them take no memory and no sorting. What is longer than half a second is not told apart. */
export class Histogram {
  readonly #bins = new Uint32Array(BINS);
  #count = 0;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** The longest time, in milliseconds. */
  get max(): number {
    return this.#max;
  }

  add(ms: number): void {
    const bin = ms > 0 ? Math.floor(ms / BIN_MS) : 0;
    const at = bin < BINS ? bin : BINS - 1;
    this.#bins[at] = (this.#bins[at] as number) + 1;
    this.#count += 1;
    if (ms > this.#max) this.#max = ms;
  }

  /** What only that part of all times exceeds, in milliseconds, for example 0.99; to the upper edge of its bin. `NaN` where there are none. */
  at(part: number): number {
    const wanted = Math.max(1, Math.ceil(this.#count * part));
    let seen = 0;
    for (let bin = 0; bin < BINS; bin++) {
      seen += this.#bins[bin] as number;
      if (seen >= wanted) return Math.min((bin + 1) * BIN_MS, this.#max);
    }
    return NaN;
  }

  clear(): void {
    this.#bins.fill(0);
    this.#count = 0;
    this.#max = 0;
  }
}
