import { ALAW_8K, MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { createTranscoder } from "@openclaw/telephony-audio";
import { describe, expect, it } from "vitest";
import { Studio } from "./playback.test-support.ts";

/** A sine of a model's voice: 24 kHz PCM16, half of full scale. */
function sine(ms: number, hertz: number): Uint8Array {
  const samples = Int16Array.from({ length: ms * 24 }, (_, index) => Math.round(16_384 * Math.sin((2 * Math.PI * hertz * index) / 24_000)));
  return new Uint8Array(samples.buffer);
}

/** Linear samples of what was heard. */
function linear(bytes: Uint8Array, format: AudioFormat): Int16Array {
  const out = createTranscoder(format, pcm16(format.sampleRate)).process(bytes).slice();
  return new Int16Array(out.buffer, 0, out.length / 2);
}

/** Power of one frequency, and of everything else, in a piece of audio. */
function spectrum(samples: Int16Array, hertz: number, rate: number): { readonly tone: number; readonly rest: number } {
  const step = (2 * Math.PI * hertz) / rate;
  let [sine, cosine, power] = [0, 0, 0];
  samples.forEach((sample, index) => {
    sine += sample * Math.sin(step * index);
    cosine += sample * Math.cos(step * index);
    power += sample * sample;
  });
  const tone = (2 * (sine * sine + cosine * cosine)) / samples.length ** 2;
  return { tone, rest: power / samples.length - tone };
}

/** Says a 1 kHz sine of four seconds, which comes faster than it is spoken, in odd chunks, while the process stalls by turns. */
async function call(format: AudioFormat, stalls: readonly number[]): Promise<Studio> {
  const studio = new Studio({ echoes: "played", flushed: "echoed", transitMs: 40, format });
  const transcoder = createTranscoder(pcm16(24_000), format);
  const voice = sine(4000, 1000);
  const utterance = studio.queue("answer");
  for (let at = 0, turn = 0; at < voice.length; turn++) {
    const size = [1, 4801, 13, 9_999, 2047, 7][turn % 6] as number;
    utterance.write(transcoder.process(voice.subarray(at, at + size)));
    at += size;
    await studio.pass(11 + (turn % 23));
    if (turn % 7 === 6) studio.clock.stall(stalls[turn % stalls.length] as number);
  }
  utterance.write(transcoder.flush());
  utterance.end();
  await studio.pass(5000);
  return studio;
}

describe("pain 14: audio is not choppy, garbled or clipped", () => {
  it.each([
    ["an event loop that is busy", MULAW_8K, [0, 15, 35]],
    ["stalls of 60 ms", MULAW_8K, [60]],
    ["stalls of 150 ms", MULAW_8K, [150]],
    ["stalls of 200 ms", MULAW_8K, [200]],
    ["stalls of 200 ms, in A-law", ALAW_8K, [200]],
    ["stalls of 200 ms, in wideband", pcm16(16_000), [200]],
  ] as const)("a sine arrives continuous over %s", async (_, format, stalls) => {
    const studio = await call(format, stalls);
    expect(studio.far.gaps()).toEqual([]);
    expect(studio.far.faults).toEqual([]);
    expect(studio.playback.stats.underruns).toBe(0);
    expect(studio.far.mostAheadMs).toBeLessThanOrEqual(320);
    expect(studio.outcomes.get("answer")).toMatchObject({ outcome: "heard", confirmed: true, heardMs: 4000 });
    const heard = linear(studio.heard, format);
    expect(heard).toHaveLength(4 * format.sampleRate);
    // Every tenth of a second is the whole tone and little else: a frame that is lost, doubled or cut shows in one of them.
    const tenth = format.sampleRate / 10;
    for (let at = tenth; at + tenth < heard.length; at += tenth) {
      const { tone, rest } = spectrum(heard.subarray(at, at + tenth), 1000, format.sampleRate);
      expect(10 * Math.log10(tone / (16_384 ** 2 / 2))).toBeCloseTo(0, 0);
      expect(10 * Math.log10(tone / rest)).toBeGreaterThan(30);
    }
  });

  it("is a test that notices one frame too few", async () => {
    const studio = await call(MULAW_8K, [0]);
    const { heard } = studio;
    const broken = linear(Uint8Array.from([...heard.subarray(0, 1000), ...heard.subarray(1163)]), MULAW_8K);
    const { tone, rest } = spectrum(broken.subarray(800, 1600), 1000, 8000);
    expect(10 * Math.log10(tone / rest)).toBeLessThan(15);
  });
});
