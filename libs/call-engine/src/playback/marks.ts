/** Marks that are remembered: six seconds of them, beyond the longest lead. A carrier that answers later is not waited for. */
const REMEMBERED = 64;

/**
 * The marks of one call. A name says the generation that the mark belongs to, `g<generation>-<number>`: with each drop of
 * audio a new one begins, and echoes of earlier ones mean nothing any more, since carriers give back at a drop what was
 * never played.
 */
export class Marks {
  /** Of each mark its place in the stream and when it is due, side by side. */
  readonly #ring = new Float64Array(2 * REMEMBERED);
  #generation = 1;
  #prefix = "g1-";
  #last = 0;
  #echoed = 0;

  /** Where the mark of the latest good echo lies in the stream, in milliseconds. */
  get positionMs(): number {
    return this.#ring[2 * (this.#echoed % REMEMBERED)] as number;
  }

  /** When that mark was due by our own clock, in monotonic milliseconds. */
  get dueAt(): number {
    return this.#ring[2 * (this.#echoed % REMEMBERED) + 1] as number;
  }

  /** Names a new mark. */
  next(positionMs: number, dueAt: number): string {
    this.#last += 1;
    const at = 2 * (this.#last % REMEMBERED);
    this.#ring[at] = positionMs;
    this.#ring[at + 1] = dueAt;
    return this.#prefix + this.#last;
  }

  /**
   * Takes an echo, which answers for all marks before it, too.
   *
   * @returns `false` for one that is no news: unknown, of an earlier generation, overtaken by a later one, or too old
   */
  echoed(name: string): boolean {
    if (!name.startsWith(this.#prefix)) return false;
    const number = Number(name.slice(this.#prefix.length));
    if (!Number.isInteger(number) || number <= this.#echoed || number > this.#last || number <= this.#last - REMEMBERED) return false;
    this.#echoed = number;
    return true;
  }

  /** Begins a new generation: all marks that are under way are settled. */
  renew(): void {
    this.#generation += 1;
    this.#prefix = `g${this.#generation}-`;
    this.#last = 0;
    this.#echoed = 0;
  }
}
