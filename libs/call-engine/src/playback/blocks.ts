/** A quarter of a second of µ-law: of every call, some blocks are always in memory. */
export const BLOCK_BYTES = 2048;

/** Blocks that are made at a time. */
const SLAB_BLOCKS = 32;

/** Blocks that are kept for whoever needs some next: four megabytes. What comes back beyond them is left to the garbage. */
const MAX_FREE = 2048;

/**
 * Memory for the audio of all calls, in blocks that go from one to the next. They are cut from larger pieces: each by itself,
 * they come to lie between what sockets read, which is gone soon and leaves holes that nothing fits into.
 */
class Blocks {
  readonly #free: Buffer[] = [];

  /** A block, with anything in it. */
  take(): Buffer {
    return this.#free.pop() ?? this.#cut();
  }

  /** Takes a block back that nobody looks at any more. */
  give(block: Buffer): void {
    if (this.#free.length < MAX_FREE) this.#free.push(block);
  }

  #cut(): Buffer {
    const slab = Buffer.allocUnsafeSlow(SLAB_BLOCKS * BLOCK_BYTES);
    for (let at = BLOCK_BYTES; at < slab.length; at += BLOCK_BYTES) this.#free.push(slab.subarray(at, at + BLOCK_BYTES));
    return slab.subarray(0, BLOCK_BYTES);
  }
}

/** Of this process. */
export const blocks = new Blocks();
