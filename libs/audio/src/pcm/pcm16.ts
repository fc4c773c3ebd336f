import { requireCapacity } from "../errors.ts";

const LITTLE_ENDIAN_HOST = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Looks at little-endian PCM16 bytes as samples without a copy.
 *
 * @returns a view over the same memory, or `undefined` where that is impossible: an odd byte offset, an odd length, or
 *   a big-endian machine. {@link readPcm16} then copies.
 */
export function viewPcm16(bytes: Uint8Array): Int16Array | undefined {
  if (!LITTLE_ENDIAN_HOST || bytes.byteOffset % 2 !== 0 || bytes.byteLength % 2 !== 0) return undefined;
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
}

/**
 * Copies little-endian PCM16 bytes into the caller's samples. The bytes may begin at any offset of their buffer.
 * An odd last byte is half a sample and is left out; {@link createPcm16Reader} keeps it for the next chunk.
 *
 * @returns the number of samples written
 * @throws AudioError `output-too-small`
 */
export function readPcm16(bytes: Uint8Array, output: Int16Array): number {
  const count = bytes.length >> 1;
  requireCapacity("readPcm16", output.length, count);
  for (let i = 0, at = 0; i < count; i++, at += 2) {
    output[i] = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  }
  return count;
}

/**
 * Copies samples into the caller's bytes as little-endian PCM16. The output may begin at any offset of its buffer.
 *
 * @returns the number of bytes written, two a sample
 * @throws AudioError `output-too-small`
 */
export function writePcm16(samples: Int16Array, output: Uint8Array): number {
  const count = samples.length;
  requireCapacity("writePcm16", output.length, count * 2);
  for (let i = 0, at = 0; i < count; i++, at += 2) {
    const sample = samples[i] as number;
    output[at] = sample;
    output[at + 1] = sample >> 8;
  }
  return count * 2;
}

/** Reads PCM16 from a stream of bytes whose chunks may end in the middle of a sample. */
export interface Pcm16Reader {
  /**
   * Copies the samples that the chunk completes. An odd last byte waits for the next chunk.
   *
   * @returns the number of samples written, at most `(chunk.length + 1) / 2`
   * @throws AudioError `output-too-small`, having taken nothing of the chunk
   */
  read(chunk: Uint8Array, output: Int16Array): number;
  /** Forgets a waiting byte, for a new stream. Returns whether there was one: the old stream ended in half a sample. */
  reset(): boolean;
}

/** A reader for one stream of little-endian PCM16, such as the body of an HTTP response. */
export function createPcm16Reader(): Pcm16Reader {
  let waiting = -1;
  return {
    read(chunk, output) {
      const odd = waiting >= 0 ? 1 : 0;
      const count = (chunk.length + odd) >> 1;
      requireCapacity("Pcm16Reader.read", output.length, count);
      if (chunk.length === 0) return 0;
      let at = 0;
      for (let i = 0; i < count; i++) {
        const low = i === 0 && odd ? waiting : (chunk[at++] as number);
        output[i] = low | ((chunk[at++] as number) << 8);
      }
      waiting = at < chunk.length ? (chunk[at] as number) : -1;
      return count;
    },
    reset() {
      const had = waiting >= 0;
      waiting = -1;
      return had;
    },
  };
}
