import { requireCapacity } from "../errors.ts";

/** The µ-law byte of a zero sample: what fills a frame that has no sound. */
export const MULAW_SILENCE = 0xff;

/** G.711 shifts magnitudes by this (in 14-bit units) so that every segment begins at a power of two. */
const BIAS = 33;
/** Largest biased magnitude: 13 bits. Louder samples clip to it. */
const CLIP = 0x1fff;

/** Linear value of each byte, 14 significant bits, left-justified in 16. */
export const MULAW_TO_LINEAR: Int16Array = /* @__PURE__ */ decodeTable();

/** Byte of each linear value. µ-law keeps 14 bits, so the index is the upper 14 of the sample: 16 kB stay in cache. */
const LINEAR_TO_MULAW: Uint8Array = /* @__PURE__ */ encodeTable();

/**
 * Expands G.711 µ-law into linear samples in the caller's buffer, exactly as ITU-T G.191 does.
 *
 * @param bytes one byte a sample
 * @param output receives `bytes.length` samples from its start
 * @returns the number of samples written
 * @throws AudioError `output-too-small`
 */
export function decodeMulaw(bytes: Uint8Array, output: Int16Array): number {
  const count = bytes.length;
  requireCapacity("decodeMulaw", output.length, count);
  for (let i = 0; i < count; i++) output[i] = MULAW_TO_LINEAR[bytes[i] as number] as number;
  return count;
}

/**
 * Compresses linear samples to G.711 µ-law in the caller's buffer, exactly as ITU-T G.191 does.
 *
 * @param samples 16-bit linear samples
 * @param output receives `samples.length` bytes from its start
 * @returns the number of bytes written
 * @throws AudioError `output-too-small`
 */
export function encodeMulaw(samples: Int16Array, output: Uint8Array): number {
  const count = samples.length;
  requireCapacity("encodeMulaw", output.length, count);
  for (let i = 0; i < count; i++) output[i] = LINEAR_TO_MULAW[((samples[i] as number) >> 2) & 0x3fff] as number;
  return count;
}

function decodeTable(): Int16Array {
  const table = new Int16Array(256);
  for (let code = 0; code < 256; code++) {
    const bits = ~code;
    const segment = (bits >> 4) & 7;
    // The middle of the step: mantissa with its hidden one and half a step below.
    const biased = (((bits & 15) << 1) + BIAS) << segment;
    const magnitude = (biased - BIAS) << 2;
    table[code] = code & 0x80 ? magnitude : -magnitude;
  }
  return table;
}

function encodeTable(): Uint8Array {
  const table = new Uint8Array(1 << 14);
  for (let linear = -8192; linear < 8192; linear++) {
    // One's complement for negative samples is G.191's rule; the two's complement of other codecs lands one step
    // higher wherever a negative sample lies exactly on a decision value (127 of the 65,536).
    const magnitude = Math.min((linear < 0 ? ~linear : linear) + BIAS, CLIP);
    const segment = 26 - Math.clz32(magnitude);
    const mantissa = (magnitude >> (segment + 1)) & 15;
    const code = ~((segment << 4) | mantissa) & 0x7f;
    table[linear & 0x3fff] = linear < 0 ? code : code | 0x80;
  }
  return table;
}
