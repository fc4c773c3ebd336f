import { requireFormat, type Encoding, type SampleFormat } from "./encodings.ts";
import { createPcm16Reader, type Pcm16Reader } from "./pcm/pcm16.ts";
import { createResampler, type Resampler } from "./resample/resampler.ts";

/** Converts one stream of mono audio from one format to another. However the input is cut, the output is the same. */
export interface Transcoder {
  /** Whether both formats are the same, so that `process` gives back what it gets. */
  readonly passThrough: boolean;
  /**
   * Takes all of `bytes`: any number, also half a sample. Returns what they complete, as a view that is valid until
   * the next call of any transcoder; with {@link Transcoder.passThrough} that is `bytes` itself.
   */
  process(bytes: Uint8Array): Uint8Array;
  /**
   * Ends the stream: gives back what the resampler held, and is then as new. Half a sample at the end is dropped. The view
   * is as valid.
   */
  flush(): Uint8Array;
  /** Drops what is held back and starts a new stream, for example when playback is cleared. */
  reset(): void;
}

/** Input that is converted at once: 240 ms of G.711 at 8 kHz, 40 ms of PCM16 at 24 kHz. */
const BLOCK_BYTES = 1920;

/** Samples of the block at hand. Shared, since a block is converted within one synchronous call. */
const decoded = /* @__PURE__ */ new Int16Array(BLOCK_BYTES);

/** The same at the other rate; 8 to 48 kHz makes the most of them. */
const resampled = /* @__PURE__ */ new Int16Array(6 * BLOCK_BYTES + 1);

/** What was converted last, for all streams: hundreds of calls would keep hundreds of these. A larger chunk gets one of its own. */
const converted = /* @__PURE__ */ new Uint8Array(65_536);

const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/**
 * A transcoder for one stream. Chunks of equal length, as frames are, cost no memory once it has begun.
 *
 * @throws AudioError `unsupported-encoding`, `unsupported-rate`
 */
export function createTranscoder(from: SampleFormat, to: SampleFormat): Transcoder {
  const [source, target] = [requireFormat(from), requireFormat(to)];
  if (source.encoding === target.encoding && source.sampleRate === target.sampleRate) return PASS_THROUGH;
  const resampler = source.sampleRate === target.sampleRate ? undefined : createResampler({ from: source.sampleRate, to: target.sampleRate });
  return new Conversion(source.encoding, target.encoding, resampler);
}

/** Between equal formats. Has no state, so one serves all. */
const PASS_THROUGH: Transcoder = {
  passThrough: true,
  process: (bytes) => bytes,
  flush: () => NOTHING,
  reset() {
    // Nothing is ever held back.
  },
};

class Conversion implements Transcoder {
  readonly passThrough = false;
  readonly #source: Encoding;
  readonly #target: Encoding;
  readonly #resampler: Resampler | undefined;
  /** Only where a chunk can end in the middle of a sample. */
  readonly #reader: Pcm16Reader | undefined;
  // The views that were needed last: chunks of equal length need them again.
  #decodedView = decoded;
  #resampledView = resampled;
  #result: Uint8Array = NOTHING;

  constructor(source: Encoding, target: Encoding, resampler: Resampler | undefined) {
    this.#source = source;
    this.#target = target;
    this.#resampler = resampler;
    this.#reader = source.bytesPerSample === 2 ? createPcm16Reader() : undefined;
  }

  process(bytes: Uint8Array): Uint8Array {
    const output = this.#roomFor(bytes.length);
    if (bytes.length <= BLOCK_BYTES) return this.#view(output, this.#convert(bytes, output));
    let written = 0;
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
      written += this.#convert(bytes.subarray(at, at + BLOCK_BYTES), output.subarray(written));
    }
    return this.#view(output, written);
  }

  flush(): Uint8Array {
    this.#reader?.reset();
    if (this.#resampler === undefined) return NOTHING;
    const count = this.#resampler.flush(resampled);
    return this.#view(converted, this.#target.encode(this.#first(count), converted));
  }

  reset(): void {
    this.#reader?.reset();
    this.#resampler?.reset();
  }

  /** Converts one block and returns the number of bytes written. */
  #convert(bytes: Uint8Array, output: Uint8Array): number {
    const count = this.#reader === undefined ? this.#source.decode(bytes, decoded) : this.#reader.read(bytes, decoded);
    if (this.#decodedView.length !== count) this.#decodedView = decoded.subarray(0, count);
    if (this.#resampler === undefined) return this.#target.encode(this.#decodedView, output);
    return this.#target.encode(this.#first(this.#resampler.process(this.#decodedView, resampled)), output);
  }

  /** The first samples of those that were resampled. */
  #first(count: number): Int16Array {
    if (this.#resampledView.length !== count) this.#resampledView = resampled.subarray(0, count);
    return this.#resampledView;
  }

  /** A buffer that holds what so many bytes of input can become. */
  #roomFor(bytes: number): Uint8Array {
    const samples = Math.ceil((bytes + 1) / this.#source.bytesPerSample);
    const most = (this.#resampler?.maxOutput(samples) ?? samples) * this.#target.bytesPerSample;
    return most > converted.length ? new Uint8Array(most) : converted;
  }

  #view(output: Uint8Array, length: number): Uint8Array {
    if (output !== converted) return output.subarray(0, length);
    if (this.#result.length !== length) this.#result = converted.subarray(0, length);
    return this.#result;
  }
}
