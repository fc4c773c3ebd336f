import { describe, expect, it } from "vitest";
import { ALAW_8K, MULAW_8K, bytesPerSample, durationMs, pcm16, sameFormat } from "./audio.ts";

describe("an audio format", () => {
  it("is the same where encoding and rate are", () => {
    expect(sameFormat(MULAW_8K, { encoding: "mulaw", sampleRate: 8000 })).toBe(true);
    expect(sameFormat(MULAW_8K, ALAW_8K)).toBe(false);
    expect(sameFormat(pcm16(16_000), pcm16(24_000))).toBe(false);
  });

  it("takes one byte a sample in G.711, two in PCM16", () => {
    expect([MULAW_8K, ALAW_8K, pcm16(8000)].map(bytesPerSample)).toEqual([1, 1, 2]);
  });

  it("says how long so many bytes last", () => {
    expect(durationMs(MULAW_8K, 160)).toBe(20);
    expect(durationMs(pcm16(24_000), 48_000)).toBe(1000);
    expect(durationMs(MULAW_8K, 1)).toBe(0.125);
    expect(durationMs(ALAW_8K, 0)).toBe(0);
  });

  it("has no duration where the size of a sample is not fixed", () => {
    const opus = { encoding: "opus", sampleRate: 48_000 };
    expect(() => bytesPerSample(opus)).toThrow(RangeError);
    expect(() => durationMs(opus, 100)).toThrow('"opus" has no fixed sample size');
  });

  it("cannot be changed once it is made", () => {
    for (const format of [MULAW_8K, ALAW_8K, pcm16(16_000)]) expect(Object.isFrozen(format)).toBe(true);
  });
});
