import { alaw, mulaw } from "alawmulaw";
import { describe, expect, it } from "vitest";
import { pcm16 } from "@openclaw/telephony-contract";
import { sampleCodec } from "./sample-codec.ts";

const ALL_SAMPLES = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

describe("the far end's G.711", () => {
  it.each([
    ["mulaw", mulaw, 0xff],
    ["alaw", alaw, 0xd5],
  ] as const)("%s is the same as another implementation's, and sends silence as carriers do", (encoding, other, silence) => {
    const codec = sampleCodec({ encoding, sampleRate: 8000 });
    const samples = new Int16Array(256);
    codec.decode(ALL_BYTES, samples);
    expect(samples).toEqual(other.decode(ALL_BYTES));
    const [bytes, heard] = [new Uint8Array(65_536), new Int16Array(65_536)];
    codec.encode(ALL_SAMPLES, bytes);
    codec.decode(bytes, heard);
    const theirs = other.decode(other.encode(ALL_SAMPLES));
    // Each sample becomes the value next to it, so that it is never further away than what the other makes of it.
    expect(ALL_SAMPLES.every((sample, at) => Math.abs((heard[at] ?? 0) - sample) <= Math.abs((theirs[at] ?? 0) - sample))).toBe(true);
    expect(bytes[32_768]).toBe(silence);
  });

  it("is beside PCM with the low byte first, and nothing else", () => {
    const codec = sampleCodec(pcm16(16_000));
    const bytes = new Uint8Array(4);
    codec.encode(Int16Array.of(0x0102, -2), bytes);
    expect([...bytes]).toEqual([2, 1, 0xfe, 0xff]);
    const samples = new Int16Array(2);
    codec.decode(bytes, samples);
    expect([...samples]).toEqual([0x0102, -2]);
    expect(() => sampleCodec({ encoding: "opus", sampleRate: 48_000 })).toThrow(/opus/);
  });
});
