import { describe, expect, it } from "vitest";
import { wholeSeconds } from "./whole-seconds.ts";

describe("whole seconds", () => {
  it.each([[0, 1], [1, 1], [1000, 1], [1001, 2], [30_500, 31]])("of %d ms are %d", (ms, seconds) => {
    expect(wholeSeconds(ms)).toBe(seconds);
  });

  it("keep within what the provider takes", () => {
    const limits = { min: 5, max: 600 };
    expect([1000, 5001, 600_000, 600_001].map((ms) => wholeSeconds(ms, limits))).toEqual([5, 6, 600, 600]);
  });
});
