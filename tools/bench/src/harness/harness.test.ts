import { describe, expect, it } from "vitest";
import { measure, median, nanoseconds, ratio, type Subject } from "./measure.ts";
import { judge, runScenario } from "./scenario.ts";

/** Subjects that take a given time by a clock of their own, and a note of who ran in which order. */
function machine(costs: Readonly<Record<string, () => number>>): { subjects: Subject[]; now: () => number; runs: string[] } {
  let clock = 0;
  const runs: string[] = [];
  const subjects = Object.entries(costs).map(([name, cost]) => ({
    name,
    call: () => {
      clock += cost();
      if (runs.at(-1) !== name) runs.push(name);
    },
  }));
  return { subjects, now: () => clock, runs };
}

describe("a measurement", () => {
  it("gives each subject's time and their ratio", () => {
    const { subjects, now } = machine({ quick: () => 0.001, slow: () => 0.0025 });
    const result = measure(subjects, { rounds: 3, batchMs: 1, now });
    expect(nanoseconds(result, "quick")).toBeCloseTo(1000);
    expect(ratio(result, "slow", "quick")).toBeCloseTo(2.5);
  });

  it("runs the subjects in turns, each round beginning with another", () => {
    const { subjects, now, runs } = machine({ a: () => 0.01, b: () => 0.01, c: () => 0.01 });
    measure(subjects, { rounds: 3, batchMs: 1, now });
    // Warm-up is a, b, c; then abc, bca, cab, where a subject that ends a round and begins the next shows once.
    expect(runs.join("")).toBe("abcabcbcacab");
  });

  it("is not moved by a machine that slows down and speeds up again", () => {
    let calls = 0;
    const slowness = () => (calls++ % 5000 < 2500 ? 1 : 7);
    const { subjects, now } = machine({ a: () => 0.001 * slowness(), b: () => 0.002 * slowness() });
    const result = measure(subjects, { rounds: 31, batchMs: 10, now });
    expect(ratio(result, "b", "a")).toBeGreaterThan(1.2);
    expect(ratio(result, "b", "a")).toBeLessThan(3.3);
  });

  it("refuses subjects that cannot be told apart", () => {
    const subject = { name: "a", call: () => 0 };
    expect(() => measure([subject, subject])).toThrow(/different names/);
    expect(() => measure([])).toThrow(/needs subjects/);
  });

  it("says which subject was never measured", () => {
    expect(() => nanoseconds({ rounds: new Map() }, "a")).toThrow('"a" was not measured');
  });
});

describe("a median", () => {
  it("is the middle, or the mean of the two middles", () => {
    expect([median([3, 1, 100]), median([4, 1, 2, 100])]).toEqual([3, 3]);
  });
});

describe("a scenario", () => {
  const subjects = ["theirs", "ours"].map((name) => ({ name, call: () => 0 }));
  const scenario = { title: "work", subjects, targets: [{ subject: "ours", base: "theirs", atMost: 0.5 }] };
  const measured = (ours: number) => ({ rounds: new Map([["theirs", [100, 100, 100]], ["ours", [ours, ours, 500]]]) });

  it("passes a target that is just met", () => {
    const outcome = judge(scenario, measured(50));
    expect(outcome.missed).toBe(0);
    expect(outcome.lines.join("\n")).toMatch(/pass {2}ours \/ theirs: 0\.50 x, at most 0\.5 x/);
  });

  it("misses a target by a little", () => {
    const outcome = judge(scenario, measured(51));
    expect(outcome.missed).toBe(1);
    expect(outcome.lines.join("\n")).toMatch(/MISS {2}ours/);
  });

  it("shows every subject beside the first", () => {
    const { subjects: timed, now } = machine({ theirs: () => 0.001, ours: () => 0.0004 });
    const outcome = runScenario({ ...scenario, subjects: timed }, { rounds: 3, batchMs: 1, now });
    expect(outcome.lines.join("\n")).toMatch(/theirs +1000 ns +1\.00 x\n +ours +400 ns +0\.40 x/);
    expect(outcome.missed).toBe(0);
  });
});
