import { BLOCK_BYTES, blocks } from "./blocks.ts";

/** The audio of one utterance: written at its end, read at any place that was not released. */
export class Tape {
  readonly #blocks: Buffer[] = [];
  /** Where the first block begins. */
  #from = 0;
  #length = 0;
  #closed = false;

  /** Bytes that were ever written. */
  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it holds. */
  get heldBytes(): number {
    return this.#blocks.length * BLOCK_BYTES;
  }

  /** Appends a copy. */
  write(bytes: Uint8Array): void {
    if (this.#closed) return;
    for (let at = 0; at < bytes.length; ) {
      const filled = (this.#length - this.#from) % BLOCK_BYTES;
      if (this.#length - this.#from === this.#blocks.length * BLOCK_BYTES) this.#blocks.push(blocks.take());
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
    const count = this.#closed ? 0 : Math.min(output.length, this.#length - at);
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
    if (count <= 0 || this.#closed) return;
    for (let index = 0; index < count; index++) blocks.give(this.#blocks[index] as Buffer);
    // Not by `shift`, which gives up the room of what it takes away, so that the list would be made anew again and again.
    this.#blocks.copyWithin(0, count);
    this.#blocks.length -= count;
    this.#from += count * BLOCK_BYTES;
  }

  /** Lets go of everything: nothing is read or written any more. Its length stays. */
  close(): void {
    this.#closed = true;
    for (const block of this.#blocks) blocks.give(block);
    this.#blocks.length = 0;
  }
}
