/** Marks that are remembered: six seconds of them, beyond the longest lead. A carrier that answers later is not waited for. */
const REMEMBERED = 64;

/** Marks that there is room for at first: hardly more are under way with a lead of 300 ms. It doubles up to those remembered. */
const FIRST_ROOM = 4;

/**
 * The marks of one call. A name says the generation that the mark belongs to, `g<generation>-<number>`: with each drop of
 * audio a new one begins, and echoes of earlier ones mean nothing any more, since carriers give back at a drop what was
 * never played.
 */
export class Marks {
  /** Of each mark its place in the stream and when it is due, side by side. An array, since small typed ones take far more memory. */
  #ring = new Array<number>(2 * FIRST_ROOM).fill(-Infinity);
  #generation = 1;
  #prefix = "g1-";
  #last = 0;
  #echoed = 0;

  /** Where the mark of the latest good echo lies in the stream, in milliseconds. Known until the next mark. */
  get positionMs(): number {
    return this.#ring[this.#slot(this.#echoed)] as number;
  }

  /** When that mark was due by our own clock, in monotonic milliseconds. Known as long. */
  get dueAt(): number {
    return this.#ring[this.#slot(this.#echoed) + 1] as number;
  }

  /** Names a new mark. */
  next(positionMs: number, dueAt: number): string {
    const room = this.#ring.length / 2;
    // Twice the same, one behind the other: each mark that is under way is found where it belongs in the larger ring, too.
    if (room < REMEMBERED && this.#last - this.#echoed === room) this.#ring = this.#ring.concat(this.#ring);
    this.#last += 1;
    const slot = this.#slot(this.#last);
    this.#ring[slot] = positionMs;
    this.#ring[slot + 1] = dueAt;
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

  /** Where a mark is kept. */
  #slot(number: number): number {
    return (2 * number) % this.#ring.length;
  }
}
