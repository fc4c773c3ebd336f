import { describe, expect, it } from "vitest";
import { createPcm16Reader, readPcm16, viewPcm16, writePcm16 } from "./pcm16.ts";

const SAMPLES = Int16Array.of(0, 1, -1, 32_767, -32_768, 258);
/** The samples above by hand, low byte first. */
const BYTES = Uint8Array.of(0, 0, 1, 0, 0xff, 0xff, 0xff, 0x7f, 0x00, 0x80, 2, 1);

/** The same bytes, beginning at the given offset of a larger buffer. */
function placedAt(offset: number): Uint8Array {
  const place = new Uint8Array(BYTES.length + offset).subarray(offset);
  place.set(BYTES);
  return place;
}

describe("PCM16 bytes", () => {
  it("are seen as samples in place where the memory is aligned", () => {
    const bytes = placedAt(2);
    const view = viewPcm16(bytes);
    expect(view).toEqual(SAMPLES);
    bytes[0] = 5;
    expect(view?.[0]).toBe(5);
  });

  it("are not seen in place at an odd offset or with half a sample at the end", () => {
    expect(viewPcm16(placedAt(1))).toBeUndefined();
    expect(viewPcm16(BYTES.subarray(0, 3))).toBeUndefined();
  });

  it.each([0, 1, 2, 3])("are read at byte offset %i", (offset) => {
    const output = new Int16Array(6);
    expect(readPcm16(placedAt(offset), output)).toBe(6);
    expect(output).toEqual(SAMPLES);
  });

  it.each([0, 1])("are written at byte offset %i", (offset) => {
    const place = new Uint8Array(20).subarray(offset, 12 + offset);
    expect(writePcm16(SAMPLES, place)).toBe(12);
    expect(place).toEqual(BYTES);
  });

  it("leave out half a sample at the end", () => {
    const output = new Int16Array(2);
    expect(readPcm16(BYTES.subarray(0, 3), output)).toBe(1);
    expect([...output]).toEqual([0, 0]);
  });

  it("are refused when the output is too small", () => {
    const tooSmall: unknown = expect.objectContaining({ code: "output-too-small", retryable: false });
    expect(() => readPcm16(BYTES, new Int16Array(5))).toThrow(tooSmall);
    expect(() => writePcm16(SAMPLES, new Uint8Array(11))).toThrow(tooSmall);
  });
});

describe("a PCM16 reader", () => {
  it.each([1, 3, 5, 7, 12])("joins samples split between chunks of %i bytes", (size) => {
    const reader = createPcm16Reader();
    const output = new Int16Array(6);
    let written = 0;
    for (let at = 0; at < BYTES.length; at += size) {
      written += reader.read(BYTES.subarray(at, at + size), output.subarray(written));
    }
    expect(written).toBe(6);
    expect(output).toEqual(SAMPLES);
  });

  it("keeps its waiting byte through an empty chunk and through a refusal", () => {
    const reader = createPcm16Reader();
    const output = new Int16Array(1);
    reader.read(Uint8Array.of(2), output);
    expect(reader.read(new Uint8Array(0), output)).toBe(0);
    expect(() => reader.read(Uint8Array.of(1), new Int16Array(0))).toThrow(/writes 1/);
    expect(reader.read(Uint8Array.of(1), output)).toBe(1);
    expect(output[0]).toBe(258);
  });

  it("says at a reset whether the stream ended in half a sample", () => {
    const reader = createPcm16Reader();
    reader.read(Uint8Array.of(9), new Int16Array(1));
    expect([reader.reset(), reader.reset()]).toEqual([true, false]);
    const output = new Int16Array(1);
    reader.read(Uint8Array.of(2, 1), output);
    expect(output[0]).toBe(258);
  });
});
