import { describe, expect, it } from "vitest";
import { createFramer, frameSamples } from "./framing.ts";

const counting = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);

describe("a frame's length", () => {
  it("is 20 ms of samples at every supported rate", () => {
    const lengths = [8000, 16_000, 22_050, 24_000, 44_100, 48_000].map((rate) => frameSamples(rate));
    expect(lengths).toEqual([160, 320, 441, 480, 882, 960]);
  });

  it("is refused where it is no whole number of samples", () => {
    const invalid: unknown = expect.objectContaining({ code: "invalid-frame" });
    expect(() => frameSamples(22_050, 10)).toThrow(invalid);
    expect(() => frameSamples(8000, 0)).toThrow(invalid);
    expect(() => frameSamples(8000, Number.NaN)).toThrow(invalid);
    expect(() => createFramer(new Uint8Array(0))).toThrow(invalid);
  });
});

describe("a framer", () => {
  it.each([1, 7, 159, 160, 161, 333, 1000])("cuts chunks of %i into the same exact frames", (size) => {
    const framer = createFramer(new Uint8Array(160));
    const frames: number[][] = [];
    let completed = 0;
    for (let at = 0; at < counting.length; at += size) {
      completed += framer.push(counting.subarray(at, at + size), (frame) => frames.push([...frame]));
    }
    expect(completed).toBe(6);
    expect(frames.map((frame) => frame.length)).toEqual([160, 160, 160, 160, 160, 160]);
    expect(frames.flat()).toEqual([...counting.subarray(0, 960)]);
    expect(framer.pending).toBe(40);
  });

  it("hands out the caller's own buffer", () => {
    const buffer = new Int16Array(4);
    const seen: Int16Array[] = [];
    createFramer(buffer).push(new Int16Array(8), (frame) => seen.push(frame));
    expect(seen).toHaveLength(2);
    expect(seen.every((frame) => frame === buffer)).toBe(true);
  });

  it("completes the last frame with silence and says how much of it was sound", () => {
    const framer = createFramer(new Uint8Array(4));
    const frames: number[][] = [];
    framer.push(Uint8Array.of(1, 2, 3, 4, 5), (frame) => frames.push([...frame]));
    expect(framer.flush(0xff, (frame) => frames.push([...frame]))).toBe(1);
    expect(framer.flush(0xff, () => frames.push([]))).toBe(0);
    expect(frames).toEqual([[1, 2, 3, 4], [5, 0xff, 0xff, 0xff]]);
  });

  it("begins a new frame after a reset", () => {
    const framer = createFramer(new Uint8Array(2));
    const frames: number[][] = [];
    framer.push(Uint8Array.of(1), () => frames.push([]));
    framer.reset();
    framer.push(Uint8Array.of(2, 3), (frame) => frames.push([...frame]));
    expect(frames).toEqual([[2, 3]]);
  });

  it("goes on with the next frame after its receiver threw", () => {
    const framer = createFramer(new Uint8Array(2));
    const frames: number[][] = [];
    expect(() => framer.push(Uint8Array.of(1, 2), () => { throw new Error("receiver"); })).toThrow("receiver");
    framer.push(Uint8Array.of(3, 4), (frame) => frames.push([...frame]));
    expect(frames).toEqual([[3, 4]]);
  });
});
