import { AudioError } from "./errors.ts";
import { decodeAlaw, encodeAlaw } from "./g711/alaw.ts";
import { decodeMulaw, encodeMulaw } from "./g711/mulaw.ts";
import { readPcm16, writePcm16 } from "./pcm/pcm16.ts";
import { requireSampleRate, type SampleRate } from "./rates.ts";

/** How the samples of mono audio are written as bytes. */
export interface SampleFormat {
  /** `mulaw` or `alaw` (ITU-T G.711, one byte a sample), or `pcm16` (signed 16-bit linear, little-endian). */
  readonly encoding: string;
  /** Samples a second, one of `SAMPLE_RATES`. */
  readonly sampleRate: number;
}

/** One way to write samples as bytes. */
export interface Encoding {
  readonly bytesPerSample: 1 | 2;
  /** Expands whole samples into the start of `output`, and returns how many. */
  readonly decode: (bytes: Uint8Array, output: Int16Array) => number;
  /** Writes all samples to the start of `output`, and returns the number of bytes. */
  readonly encode: (samples: Int16Array, output: Uint8Array) => number;
}

const ENCODINGS: ReadonlyMap<string, Encoding> = /* @__PURE__ */ new Map<string, Encoding>([
  ["mulaw", { bytesPerSample: 1, decode: decodeMulaw, encode: encodeMulaw }],
  ["alaw", { bytesPerSample: 1, decode: decodeAlaw, encode: encodeAlaw }],
  ["pcm16", { bytesPerSample: 2, decode: readPcm16, encode: writePcm16 }],
]);

/** Looks a format up. Throws {@link AudioError} `unsupported-encoding` or `unsupported-rate`. */
export function requireFormat({ encoding, sampleRate }: SampleFormat): { readonly encoding: Encoding; readonly sampleRate: SampleRate } {
  const known = ENCODINGS.get(encoding);
  if (known === undefined) {
    throw new AudioError("unsupported-encoding", `encoding "${encoding}" is not one of ${[...ENCODINGS.keys()].join(", ")}`);
  }
  requireSampleRate(sampleRate);
  return { encoding: known, sampleRate };
}
