import { describe, expect, it } from "vitest";
import { createFramer } from "./framing.ts";
import { decodeAlaw, encodeAlaw } from "./g711/alaw.ts";
import { decodeMulaw, encodeMulaw } from "./g711/mulaw.ts";
import { measureMulaw, measurePcm16, silentLevel } from "./level.ts";
import { createPcm16Reader, writePcm16 } from "./pcm/pcm16.ts";
import { createResampler } from "./resample/resampler.ts";
import { createTranscoder } from "./transcode.ts";

/** Calls in a measured run: few enough that what they might allocate does not start a garbage collection. */
const CALLS = 2000;
/** The smallest object there is takes 16 bytes, a view of a buffer some 100. The rest is room for the runtime itself. */
const LIMIT_BYTES = CALLS * 12;

/** Heap growth over many calls once they are compiled: the median of five runs. */
function heapGrowth(call: () => unknown): number {
  for (let i = 0; i < 10 * CALLS; i++) call();
  const runs = Array.from({ length: 5 }, () => {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < CALLS; i++) call();
    return process.memoryUsage().heapUsed - before;
  });
  return runs.sort((a, b) => a - b)[2] as number;
}

const bytes = new Uint8Array(160);
const samples = new Int16Array(160);
const pcmBytes = new Uint8Array(321);
const level = silentLevel();
const onFrame = () => {};
const framer = createFramer(new Uint8Array(160));
const reader = createPcm16Reader();

const hot: readonly (readonly [string, () => unknown])[] = [
  ["µ-law", () => decodeMulaw(bytes, samples) + encodeMulaw(samples, bytes)],
  ["A-law", () => decodeAlaw(bytes, samples) + encodeAlaw(samples, bytes)],
  ["framing", () => framer.push(pcmBytes, onFrame)],
  ["reading and writing PCM16", () => writePcm16(samples, pcmBytes) + reader.read(bytes, samples)],
  ["metering", () => measureMulaw(bytes, measurePcm16(samples, level))],
  ["resampling 24 to 8 kHz", resampling(24_000, 8000)],
  ["resampling 8 to 24 kHz", resampling(8000, 24_000)],
  ["resampling 44.1 to 8 kHz", resampling(44_100, 8000)],
  ["transcoding µ-law to PCM16", transcoding("mulaw", 8000, "pcm16", 8000)],
  ["transcoding µ-law to PCM16 at 16 kHz", transcoding("mulaw", 8000, "pcm16", 16_000)],
  ["transcoding PCM16 at 24 kHz to µ-law", transcoding("pcm16", 24_000, "mulaw", 8000)],
];

function resampling(from: number, to: number): () => unknown {
  const resampler = createResampler({ from, to });
  const input = new Int16Array(from / 50).fill(1000);
  const output = new Int16Array(resampler.maxOutput(input.length));
  return () => resampler.process(input, output);
}

function transcoding(from: string, fromRate: number, to: string, toRate: number): () => unknown {
  const transcoder = createTranscoder({ encoding: from, sampleRate: fromRate }, { encoding: to, sampleRate: toRate });
  const frame = new Uint8Array((fromRate / 50) * (from === "pcm16" ? 2 : 1)).fill(77);
  return () => transcoder.process(frame);
}

describe("the memory that a frame costs", () => {
  it.each(hot)("is none for %s", (_, call) => {
    expect(heapGrowth(call)).toBeLessThan(LIMIT_BYTES);
  });

  it("would be noticed: one view a call is too much", () => {
    let kept = bytes;
    expect(heapGrowth(() => (kept = bytes.subarray(1)))).toBeGreaterThan(LIMIT_BYTES);
    expect(kept).toHaveLength(159);
  });
});
