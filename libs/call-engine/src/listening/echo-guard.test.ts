import { describe, expect, it } from "vitest";
import { EchoGuard } from "./echo-guard.ts";

function heard(guard: EchoGuard, ...levels: readonly number[]): number {
  for (const outputLevel of levels) guard.hear({ outputLevel });
  return guard.thresholdDbfs;
}

const frames = (count: number, level: number) => Array.from({ length: count }, () => level);

describe("the echo guard", () => {
  it("lets everything through while we are silent", () => {
    expect(heard(new EchoGuard(14), ...frames(100, -Infinity))).toBe(-Infinity);
  });

  it("goes by the loudest of the last half second, since nobody knows how long the echo takes", () => {
    const guard = new EchoGuard(14);
    expect(heard(guard, -30, -10, -40)).toBe(-24);
    expect(heard(guard, ...frames(23, -Infinity))).toBe(-24);
    expect(heard(guard, -Infinity)).toBe(-54);
    expect(heard(guard, -Infinity)).toBe(-Infinity);
  });

  it("expects more of a line that sent back more, and never more than we said", () => {
    const guard = new EchoGuard(14);
    guard.mistaken();
    expect(heard(guard, -20)).toBe(-28);
    guard.mistaken();
    guard.mistaken();
    expect(heard(guard, -20)).toBe(-20);
  });
});
