import { describe, expect, it } from "vitest";
import type { SampleFormat } from "./encodings.ts";
import { dtmfTones } from "./dtmf.ts";
import { decodeMulaw } from "./g711/mulaw.ts";
import { readPcm16 } from "./pcm/pcm16.ts";
import { fitTone, rms } from "./resample/signals.test-support.ts";

const MULAW: SampleFormat = { encoding: "mulaw", sampleRate: 8000 };
const FREQUENCIES = [697, 770, 852, 941, 1209, 1336, 1477, 1633];

/** The samples of tones at 8 kHz, as the other end of a µ-law line gets them. */
function heard(digits: string): Int16Array {
  const bytes = dtmfTones(digits, MULAW);
  const samples = new Int16Array(bytes.length);
  decodeMulaw(bytes, samples);
  return samples;
}

/** The two loudest of the keypad's frequencies, and how loud they are in dBFS. */
function key(samples: Int16Array): { pair: number[]; levels: number[]; third: number } {
  const found = FREQUENCIES.map((frequency) => ({ frequency, level: 20 * Math.log10((fitTone(samples, frequency, 8000).tone * Math.SQRT2) / 32_768) }));
  found.sort((a, b) => b.level - a.level);
  const pair = found.slice(0, 2).sort((a, b) => a.frequency - b.frequency);
  return { pair: pair.map(({ frequency }) => frequency), levels: pair.map(({ level }) => level), third: found[2]?.level ?? 0 };
}

describe("the tones of keys", () => {
  it.each([
    ["1", 697, 1209], ["2", 697, 1336], ["3", 697, 1477], ["A", 697, 1633],
    ["4", 770, 1209], ["5", 770, 1336], ["6", 770, 1477], ["B", 770, 1633],
    ["7", 852, 1209], ["8", 852, 1336], ["9", 852, 1477], ["C", 852, 1633],
    ["*", 941, 1209], ["0", 941, 1336], ["#", 941, 1477], ["D", 941, 1633],
  ])("are those of %s: %i and %i Hz, loud and alone", (digit, row, column) => {
    const { pair, levels, third } = key(heard(digit).subarray(0, 800));
    expect(pair).toEqual([row, column]);
    expect(levels[0]).toBeCloseTo(-8, 0);
    expect(levels[1]).toBeCloseTo(-6, 0);
    expect(Math.min(...levels) - third).toBeGreaterThan(12);
  });

  it("sound for 100 ms with 60 ms of silence behind, one after another", () => {
    const samples = heard("15#");
    expect(samples).toHaveLength(3 * 1280);
    const pairs = [0, 1, 2].map((turn) => key(samples.subarray(turn * 1280, turn * 1280 + 800)).pair);
    expect(pairs).toEqual([[697, 1209], [770, 1336], [941, 1477]]);
    for (const turn of [0, 1, 2]) expect(rms(samples.subarray(turn * 1280 + 800, (turn + 1) * 1280))).toBe(0);
  });

  it("wait where a pause is asked for", () => {
    const samples = heard("1w2W");
    expect(samples).toHaveLength(1280 + 4000 + 1280 + 8000);
    expect(rms(samples.subarray(800, 5280))).toBe(0);
    expect(key(samples.subarray(5280, 6080)).pair).toEqual([697, 1336]);
  });

  it("neither clip nor click", () => {
    const samples = heard("D");
    expect(Math.max(...samples.map(Math.abs))).toBeLessThan(31_000);
    expect(Math.max(...[0, 1, 798, 799].map((index) => Math.abs(samples[index] as number)))).toBeLessThan(3000);
  });

  it("come in the format that is asked for", () => {
    const bytes = dtmfTones("9", { encoding: "pcm16", sampleRate: 16_000 });
    expect(bytes).toHaveLength(2 * 2560);
    const samples = new Int16Array(2560);
    readPcm16(bytes, samples);
    expect(fitTone(samples.subarray(0, 1600), 852, 16_000).tone).toBeGreaterThan(8000);
    expect(dtmfTones("9", { encoding: "alaw", sampleRate: 8000 }).subarray(800)).toEqual(new Uint8Array(480).fill(0xd5));
    expect(dtmfTones("", MULAW)).toHaveLength(0);
  });

  it.each(["x", "1 2", "a", "+"])("are refused for %j", (digits) => {
    expect(() => dtmfTones(digits, MULAW)).toThrow(expect.objectContaining({ code: "invalid-digits" }) as Error);
  });

  it("are refused in a format that nobody knows", () => {
    expect(() => dtmfTones("1", { encoding: "opus", sampleRate: 48_000 })).toThrow(expect.objectContaining({ code: "unsupported-encoding" }) as Error);
  });
});
