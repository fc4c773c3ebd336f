import { requireCapacity } from "../errors.ts";

/** The A-law byte nearest to a zero sample: what fills a frame that has no sound. */
export const ALAW_SILENCE = 0xd5;

/** A-law inverts every other bit on the wire, so that silence still has edges to keep a line's clock. */
const EVEN_BITS = 0x55;

/** Linear value of each byte, 13 significant bits, left-justified in 16. */
export const ALAW_TO_LINEAR: Int16Array = /* @__PURE__ */ decodeTable();

/** Byte of each linear value. The encoder looks at the upper 12 bits of a sample only: 4 kB stay in cache. */
const LINEAR_TO_ALAW: Uint8Array = /* @__PURE__ */ encodeTable();

/**
 * Expands G.711 A-law into linear samples in the caller's buffer, exactly as ITU-T G.191 does.
 *
 * @param bytes one byte a sample
 * @param output receives `bytes.length` samples from its start
 * @returns the number of samples written
 * @throws AudioError `output-too-small`
 */
export function decodeAlaw(bytes: Uint8Array, output: Int16Array): number {
  const count = bytes.length;
  requireCapacity("decodeAlaw", output.length, count);
  for (let i = 0; i < count; i++) output[i] = ALAW_TO_LINEAR[bytes[i] as number] as number;
  return count;
}

/**
 * Compresses linear samples to G.711 A-law in the caller's buffer, exactly as ITU-T G.191 does.
 *
 * @param samples 16-bit linear samples
 * @param output receives `samples.length` bytes from its start
 * @returns the number of bytes written
 * @throws AudioError `output-too-small`
 */
export function encodeAlaw(samples: Int16Array, output: Uint8Array): number {
  const count = samples.length;
  requireCapacity("encodeAlaw", output.length, count);
  for (let i = 0; i < count; i++) output[i] = LINEAR_TO_ALAW[((samples[i] as number) >> 4) & 0xfff] as number;
  return count;
}

function decodeTable(): Int16Array {
  const table = new Int16Array(256);
  for (let code = 0; code < 256; code++) {
    const bits = code ^ EVEN_BITS;
    const segment = (bits >> 4) & 7;
    // The middle of the step; segment 0 has no hidden one and the same step as segment 1.
    const step = ((bits & 15) << 1) + 1;
    const magnitude = segment === 0 ? step << 3 : (step + 32) << (segment + 2);
    table[code] = code & 0x80 ? magnitude : -magnitude;
  }
  return table;
}

function encodeTable(): Uint8Array {
  const table = new Uint8Array(1 << 12);
  for (let linear = -2048; linear < 2048; linear++) {
    // One's complement for negative samples is G.191's rule, as in µ-law.
    const magnitude = linear < 0 ? ~linear : linear;
    const segment = Math.max(0, 28 - Math.clz32(magnitude));
    const mantissa = (magnitude >> Math.max(0, segment - 1)) & 15;
    const code = (segment << 4) | mantissa | (linear < 0 ? 0 : 0x80);
    table[linear & 0xfff] = code ^ EVEN_BITS;
  }
  return table;
}
