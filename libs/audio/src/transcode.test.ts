import { describe, expect, it } from "vitest";
import { decodeAlaw, encodeAlaw } from "./g711/alaw.ts";
import { decodeMulaw, encodeMulaw } from "./g711/mulaw.ts";
import { readPcm16, writePcm16 } from "./pcm/pcm16.ts";
import { createResampler } from "./resample/resampler.ts";
import { decibels, fitTone, noise, tone } from "./resample/signals.test-support.ts";
import type { SampleFormat } from "./encodings.ts";
import { createTranscoder, type Transcoder } from "./transcode.ts";

const MULAW: SampleFormat = { encoding: "mulaw", sampleRate: 8000 };
const ALAW: SampleFormat = { encoding: "alaw", sampleRate: 8000 };
const pcm = (sampleRate: number): SampleFormat => ({ encoding: "pcm16", sampleRate });

const ODD_CHUNKS = [1, 0, 7, 319, 2, 1021, 13, 4001];

/** Samples in the bytes of a format, by the functions that the transcoder has to agree with. */
function encoded(samples: Int16Array, { encoding }: SampleFormat): Uint8Array {
  const bytes = new Uint8Array(samples.length * (encoding === "pcm16" ? 2 : 1));
  ({ mulaw: encodeMulaw, alaw: encodeAlaw, pcm16: writePcm16 })[encoding as "mulaw"](samples, bytes);
  return bytes;
}

function decoded(bytes: Uint8Array, { encoding }: SampleFormat): Int16Array {
  const samples = new Int16Array(encoding === "pcm16" ? bytes.length >> 1 : bytes.length);
  ({ mulaw: decodeMulaw, alaw: decodeAlaw, pcm16: readPcm16 })[encoding as "mulaw"](bytes, samples);
  return samples;
}

/** A whole stream at once, step by step. */
function reference(bytes: Uint8Array, from: SampleFormat, to: SampleFormat): Uint8Array {
  const samples = decoded(bytes, from);
  const resampler = createResampler({ from: from.sampleRate, to: to.sampleRate });
  const output = new Int16Array(resampler.maxOutput(samples.length) + resampler.maxFlush);
  const count = resampler.process(samples, output);
  const rest = resampler.flush(output.subarray(count));
  return encoded(output.subarray(0, count + rest), to);
}

/** The stream through a transcoder, in chunks whose sizes repeat. What it gives back is copied at once. */
function stream(transcoder: Transcoder, bytes: Uint8Array, sizes: readonly number[] = [bytes.length]): Uint8Array {
  const parts: number[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    parts.push(...transcoder.process(bytes.subarray(at, at + size)));
    at += size;
  }
  parts.push(...transcoder.flush());
  return Uint8Array.from(parts);
}

const pairs: readonly (readonly [SampleFormat, SampleFormat])[] = [
  [MULAW, pcm(8000)],
  [MULAW, pcm(16_000)],
  [MULAW, pcm(24_000)],
  [MULAW, ALAW],
  [ALAW, MULAW],
  [ALAW, pcm(48_000)],
  [pcm(8000), MULAW],
  [pcm(16_000), MULAW],
  [pcm(22_050), MULAW],
  [pcm(24_000), MULAW],
  [pcm(44_100), ALAW],
  [pcm(24_000), pcm(16_000)],
  [{ encoding: "mulaw", sampleRate: 16_000 }, MULAW],
];

describe.each(pairs)("transcoding %o to %o", (from, to) => {
  const bytes = encoded(noise(9001, from.sampleRate + to.sampleRate), from);

  it("is decoding, resampling and encoding", () => {
    expect(stream(createTranscoder(from, to), bytes)).toEqual(reference(bytes, from, to));
  });

  it("gives the same bytes for odd-sized chunks as for one piece", () => {
    const whole = reference(bytes, from, to);
    const transcoder = createTranscoder(from, to);
    expect(stream(transcoder, bytes, ODD_CHUNKS)).toEqual(whole);
    expect(stream(transcoder, bytes, [160])).toEqual(whole);
  });

  it("forgets the old stream at a reset, half a sample and all", () => {
    const transcoder = createTranscoder(from, to);
    transcoder.process(bytes.subarray(0, 777));
    transcoder.reset();
    expect(stream(transcoder, bytes)).toEqual(reference(bytes, from, to));
  });
});

describe("a transcoder", () => {
  it.each([MULAW, ALAW, pcm(8000), pcm(24_000)])("gives back what it gets between equal formats: %o", (format) => {
    const transcoder = createTranscoder(format, { ...format });
    const bytes = Uint8Array.of(1, 2, 3);
    expect(transcoder.passThrough).toBe(true);
    expect(transcoder.process(bytes)).toBe(bytes);
    transcoder.reset();
    expect(transcoder.flush()).toHaveLength(0);
    expect(createTranscoder(format, { ...format, sampleRate: 16_000 }).passThrough).toBe(false);
  });

  it("keeps a tone clean from a model's voice to the telephone, in chunks as the network cuts them", () => {
    const heard = decoded(stream(createTranscoder(pcm(24_000), MULAW), encoded(tone(1004, 24_000, 48_000), pcm(24_000)), ODD_CHUNKS), MULAW);
    expect(heard).toHaveLength(16_000);
    // 1004 Hz, as lines are tested: 1 kHz would meet only eight of the law's steps.
    const fit = fitTone(heard.subarray(200, -200), 1004, 8000);
    expect(decibels(fit.tone / (23_000 / Math.SQRT2))).toBeCloseTo(0, 1);
    // What µ-law itself leaves of a loud tone is some 37 dB; a click or a lost sample would take far more.
    expect(decibels(fit.tone / fit.rest)).toBeGreaterThan(35);
  });

  it("converts a chunk of any size, and keeps no large buffer for the next", () => {
    const bytes = encoded(noise(200_000), pcm(24_000));
    const transcoder = createTranscoder(pcm(24_000), pcm(16_000));
    const large = transcoder.process(bytes);
    expect(large.buffer.byteLength).toBeGreaterThan(200_000);
    const small = transcoder.process(bytes.subarray(0, 960));
    expect(small.buffer).not.toBe(large.buffer);
    expect(small.buffer.byteLength).toBeLessThanOrEqual(65_536);
  });

  it("drops half a sample at the end of a stream", () => {
    const transcoder = createTranscoder(pcm(8000), MULAW);
    expect(transcoder.process(Uint8Array.of(0, 1, 2))).toHaveLength(1);
    expect(transcoder.flush()).toHaveLength(0);
    expect(transcoder.process(Uint8Array.of(0, 1))).toHaveLength(1);
  });

  it("keeps streams apart that are fed in turns", () => {
    const inputs = [noise(4000, 1), noise(4000, 2)].map((samples) => encoded(samples, pcm(24_000)));
    const transcoders = inputs.map(() => createTranscoder(pcm(24_000), MULAW));
    const outputs: number[][] = [[], []];
    for (let at = 0; at < 8000; at += 333) {
      inputs.forEach((bytes, which) => outputs[which]?.push(...(transcoders[which] as Transcoder).process(bytes.subarray(at, at + 333))));
    }
    inputs.forEach((bytes, which) => {
      expect(Uint8Array.from([...(outputs[which] ?? []), ...(transcoders[which] as Transcoder).flush()])).toEqual(reference(bytes, pcm(24_000), MULAW));
    });
  });

  it("refuses what it does not know, also where nothing would have to be converted", () => {
    const opus = { encoding: "opus", sampleRate: 48_000 };
    const encoding: unknown = expect.objectContaining({ name: "AudioError", code: "unsupported-encoding" });
    expect(() => createTranscoder(opus, MULAW)).toThrow(encoding);
    expect(() => createTranscoder(MULAW, opus)).toThrow(encoding);
    expect(() => createTranscoder(opus, opus)).toThrow(encoding);
    const rate: unknown = expect.objectContaining({ code: "unsupported-rate" });
    expect(() => createTranscoder(pcm(11_025), MULAW)).toThrow(rate);
    expect(() => createTranscoder(pcm(11_025), pcm(11_025))).toThrow(rate);
  });
});
