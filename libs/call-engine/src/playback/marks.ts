/** Marks that are remembered: 25 seconds of them. A carrier that answers later than that is not waited for anyway. */
const REMEMBERED = 256;

/**
 * The marks of one call. A name says the generation that the mark belongs to, `g<generation>-<number>`: with each drop of
 * audio a new one begins, and echoes of earlier ones mean nothing any more, since carriers give back at a drop what was
 * never played.
 */
export class Marks {
  readonly #positions = new Float64Array(REMEMBERED);
  readonly #dueTimes = new Float64Array(REMEMBERED);
  #generation = 1;
  #prefix = "g1-";
  #last = 0;
  #echoed = 0;

  /** Where the mark of the latest good echo lies in the stream, in milliseconds. */
  get positionMs(): number {
    return this.#positions[this.#echoed % REMEMBERED] as number;
  }

  /** When that mark was due by our own clock, in monotonic milliseconds. */
  get dueAt(): number {
    return this.#dueTimes[this.#echoed % REMEMBERED] as number;
  }

  /** Names a new mark. */
  next(positionMs: number, dueAt: number): string {
    this.#last += 1;
    this.#positions[this.#last % REMEMBERED] = positionMs;
    this.#dueTimes[this.#last % REMEMBERED] = dueAt;
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
