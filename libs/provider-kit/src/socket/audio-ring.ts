/** Bytes that the first buffer takes: a second of G.711. */
const FIRST_CAPACITY = 8192;

/**
 * The latest audio of a session, by its position in bytes since the session's begin. Grows to what is kept and allocates
 * nothing after that.
 */
export class AudioRing {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #start = 0;
  #end = 0;

  /** Position of the oldest byte that is kept. */
  get start(): number {
    return this.#start;
  }

  /** Position after the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(audio: Uint8Array): void {
    this.#reserve(this.#end - this.#start + audio.length);
    const capacity = this.#bytes.length;
    const at = this.#end % capacity;
    const head = Math.min(audio.length, capacity - at);
    this.#bytes.set(head === audio.length ? audio : audio.subarray(0, head), at);
    if (head < audio.length) this.#bytes.set(audio.subarray(head), 0);
    this.#end += audio.length;
  }

  /** Forgets what is before a position. */
  dropTo(position: number): void {
    this.#start = Math.min(this.#end, Math.max(this.#start, position));
  }

  /** At most so many bytes from a position that is kept: fewer where the buffer wraps. A view, valid until the next append. */
  read(position: number, maxBytes: number): Uint8Array {
    const at = position % this.#bytes.length;
    return this.#bytes.subarray(at, Math.min(at + Math.min(maxBytes, this.#end - position), this.#bytes.length));
  }

  #reserve(length: number): void {
    let capacity = this.#bytes.length;
    if (length <= capacity) return;
    while (capacity < length) capacity *= 2;
    const grown = new Uint8Array(capacity);
    for (let position = this.#start; position < this.#end; ) {
      const part = this.read(position, this.#end - position);
      for (let offset = 0; offset < part.length; ) {
        const at = (position + offset) % capacity;
        const piece = part.subarray(offset, offset + Math.min(part.length - offset, capacity - at));
        grown.set(piece, at);
        offset += piece.length;
      }
      position += part.length;
    }
    this.#bytes = grown;
  }
}
