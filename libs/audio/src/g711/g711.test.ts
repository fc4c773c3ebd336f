import { describe, expect, it } from "vitest";
import { ALAW_SILENCE, decodeAlaw, encodeAlaw } from "./alaw.ts";
import { MULAW_SILENCE, decodeMulaw, encodeMulaw } from "./mulaw.ts";
import { referenceAlaw, referenceMulaw } from "./reference.test-support.ts";

const everySample = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);
const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code);

const laws = [
  { name: "µ-law", encode: encodeMulaw, decode: decodeMulaw, reference: referenceMulaw, silence: MULAW_SILENCE },
  { name: "A-law", encode: encodeAlaw, decode: decodeAlaw, reference: referenceAlaw, silence: ALAW_SILENCE },
];

describe.each(laws)("$name", ({ encode, decode, reference, silence }) => {
  it("encodes all 65,536 samples as the standard's algorithm does", () => {
    const bytes = new Uint8Array(65_536);
    expect(encode(everySample, bytes)).toBe(65_536);
    expect(bytes).toEqual(Uint8Array.from(everySample, reference.compress));
  });

  it("decodes all 256 codes as the standard's algorithm does", () => {
    const samples = new Int16Array(256);
    expect(decode(everyCode, samples)).toBe(256);
    expect(samples).toEqual(Int16Array.from(everyCode, reference.expand));
  });

  it("gives every code back after decoding and encoding it, but for µ-law's second zero", () => {
    const samples = new Int16Array(256);
    const bytes = new Uint8Array(256);
    decode(everyCode, samples);
    encode(samples, bytes);
    const changed = [...everyCode].filter((code) => bytes[code] !== code);
    expect(changed).toEqual(encode === encodeMulaw ? [0x7f] : []);
  });

  it("writes silence for a zero sample", () => {
    const bytes = new Uint8Array(1);
    encode(new Int16Array(1), bytes);
    expect(bytes[0]).toBe(silence);
  });

  it("leaves what lies behind its result in the caller's buffer alone", () => {
    const bytes = new Uint8Array(4).fill(7);
    const samples = new Int16Array(4).fill(7);
    encode(new Int16Array(2), bytes);
    decode(new Uint8Array(2), samples);
    expect([...bytes.subarray(2)]).toEqual([7, 7]);
    expect([...samples.subarray(2)]).toEqual([7, 7]);
  });

  it("refuses an output buffer that is too small, and writes nothing", () => {
    const samples = new Int16Array(1).fill(7);
    const bytes = new Uint8Array(1).fill(7);
    expect(() => decode(new Uint8Array(2), samples)).toThrow(expect.objectContaining({ code: "output-too-small" }));
    expect(() => encode(new Int16Array(2), bytes)).toThrow(expect.objectContaining({ code: "output-too-small" }));
    expect([samples[0], bytes[0]]).toEqual([7, 7]);
  });
});

describe("the reference itself", () => {
  // Recommendation G.711: the virtual edges of both laws and the character signals of Tables 1a to 2b.
  it("has the end points that the Recommendation prints", () => {
    expect([0, 32_767, -32_768, -1].map(referenceMulaw.compress)).toEqual([0xff, 0x80, 0x00, 0x7f]);
    expect([0, 32_767, -32_768, -1].map(referenceAlaw.compress)).toEqual([0xd5, 0xaa, 0x2a, 0x55]);
    // 8031 and 4032 are the outermost output values of the tables, in 14 and 13 bit.
    expect([0x80, 0x00].map(referenceMulaw.expand)).toEqual([8031 * 4, -8031 * 4]);
    expect([0xaa, 0x2a].map(referenceAlaw.expand)).toEqual([4032 * 8, -4032 * 8]);
  });
});
