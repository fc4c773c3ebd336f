import { describe, expect, it } from "vitest";
import { arrayPaths, mergeConfig } from "./config.ts";

describe("merging a config patch", () => {
  it("merges objects, replaces arrays and scalars, and removes what is null", () => {
    const base = { a: { keep: 1, drop: 2, list: [1, 2] }, b: "old" };
    expect(mergeConfig(base, { a: { drop: null, list: [3] }, b: "new", c: { d: null, e: 5 } })).toEqual({
      a: { keep: 1, list: [3] },
      b: "new",
      c: { e: 5 },
    });
  });

  it("leaves the base as it was", () => {
    const base = { a: { b: 1 } };
    mergeConfig(base, { a: { b: 2 } });
    expect(base).toEqual({ a: { b: 1 } });
  });

  it("names every array it replaces", () => {
    expect(arrayPaths({ a: { b: [1], c: { d: [] } }, e: [2], f: 1 })).toEqual(["a.b", "a.c.d", "e"]);
  });
});
