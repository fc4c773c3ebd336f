import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sampleWorkspace } from "../sample-workspace.test-support.ts";
import { forgetReports, readTotals } from "./totals.ts";

const report = (numPassedTests: number, numFailedTests: number) => ({ numPassedTests, numFailedTests, testResults: [] });

describe("the totals of a run", () => {
  it("add up the reports of every project, one kind of run at a time", () => {
    using sample = sampleWorkspace({
      "libs/a/test-results/unit.json": report(3, 1),
      "apps/b/test-results/unit.json": report(4, 0),
      "apps/b/test-results/e2e.json": report(100, 0),
      "libs/c/package.json": {},
    });
    expect(readTotals(sample.root, "unit")).toEqual({ passed: 7, failed: 1 });
  });

  it("forget what an earlier run left", () => {
    using sample = sampleWorkspace({ "libs/a/test-results/unit.json": report(3, 1), "libs/a/test-results/e2e.json": report(1, 0) });
    forgetReports(sample.root, "unit");
    expect(readTotals(sample.root, "unit")).toEqual({ passed: 0, failed: 0 });
    expect(existsSync(join(sample.root, "libs/a/test-results/e2e.json"))).toBe(true);
  });
});
