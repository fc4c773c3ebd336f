/** A quarter of a second of µ-law: of every call, some blocks are always in memory. */
const BLOCK_BYTES = 2048;

/** The audio of one utterance: written at its end, read at any place that was not released. */
export class Tape {
  readonly #blocks: Buffer[] = [];
  /** The block that was let go last, to be written anew. */
  #spare: Buffer | undefined;
  /** Where the first block begins. */
  #from = 0;
  #length = 0;

  /** Bytes that were ever written. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it holds. */
  get heldBytes(): number {
    return (this.#blocks.length + (this.#spare ? 1 : 0)) * BLOCK_BYTES;
  }

  /** Appends a copy. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const filled = (this.#length - this.#from) % BLOCK_BYTES;
      if (this.#length - this.#from === this.#blocks.length * BLOCK_BYTES) this.#blocks.push(this.#block());
      const block = this.#blocks[this.#blocks.length - 1] as Buffer;
      const count = Math.min(bytes.length - at, BLOCK_BYTES - filled);
      block.set(count === bytes.length ? bytes : bytes.subarray(at, at + count), filled);
      at += count;
      this.#length += count;
    }
  }

  /**
   * Copies what begins at byte `at` into `output`, as far as it goes and fits. Allocates nothing.
   *
   * @returns the number of bytes copied
   */
  read(at: number, output: Uint8Array): number {
    const count = Math.min(output.length, this.#length - at);
    for (let copied = 0; copied < count; ) {
      const offset = at + copied - this.#from;
      const block = this.#blocks[Math.floor(offset / BLOCK_BYTES)] as Buffer;
      const start = offset % BLOCK_BYTES;
      copied += block.copy(output, copied, start, start + count - copied);
    }
    return count;
  }

  /** Lets go of what lies before byte `before`, as far as that is whole blocks. */
  release(before: number): void {
    const count = Math.floor((Math.min(before, this.#length) - this.#from) / BLOCK_BYTES);
    if (count <= 0) return;
    this.#spare = this.#blocks[0];
    // Not by `shift`, which gives up the room of what it takes away, so that the list would be made anew again and again.
    this.#blocks.copyWithin(0, count);
    this.#blocks.length -= count;
    this.#from += count * BLOCK_BYTES;
  }

  #block(): Buffer {
    const block = this.#spare ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#spare = undefined;
    return block;
  }
}
