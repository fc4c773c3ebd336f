/** A mark, and how many bytes come before it. */
interface Mark {
  readonly name: string;
  readonly at: number;
}

/** Audio that waits to be played, with marks between. Counts in bytes. */
export class PlayQueue {
  readonly #chunks: Uint8Array[] = [];
  #marks: Mark[] = [];
  #taken = 0;
  #received = 0;
  /** Bytes of the first chunk that were taken. */
  #head = 0;

  /** Bytes that wait. */
  get waiting(): number {
    return this.#received - this.#taken;
  }

  /** Adds audio, which is copied. */
  add(audio: Uint8Array): void {
    if (audio.length === 0) return;
    this.#chunks.push(Uint8Array.from(audio));
    this.#received += audio.length;
  }

  /** Adds a mark behind what was added so far. */
  mark(name: string): void {
    this.#marks.push({ name, at: this.#received });
  }

  /** Takes what comes next into `target`, from its start. The number of bytes: fewer where no more wait. */
  take(target: Uint8Array): number {
    let filled = 0;
    for (let chunk = this.#chunks[0]; chunk && filled < target.length; chunk = this.#chunks[0]) {
      const piece = chunk.subarray(this.#head, this.#head + target.length - filled);
      target.set(piece, filled);
      filled += piece.length;
      this.#head += piece.length;
      if (this.#head < chunk.length) break;
      this.#chunks.shift();
      this.#head = 0;
    }
    this.#taken += filled;
    return filled;
  }

  /** Takes the marks of which everything before was taken. */
  reached(): readonly string[] {
    if (this.#marks.every(({ at }) => at > this.#taken)) return [];
    const reached = this.#marks.filter(({ at }) => at <= this.#taken);
    this.#marks = this.#marks.slice(reached.length);
    return reached.map(({ name }) => name);
  }

  /** Drops what waits. The marks in it count as reached then. */
  clear(): void {
    this.#chunks.length = 0;
    this.#head = 0;
    this.#taken = this.#received;
  }
}
