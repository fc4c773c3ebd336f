import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sampleWorkspace } from "../sample-workspace.test-support.ts";
import { forgetReports, readTotals, totalsOf } from "./totals.ts";

const report = (numPassedTests: number, numFailedTests: number) => ({ numPassedTests, numFailedTests, testResults: [] });

describe("the totals of a run", () => {
  it("add up the reports of every project, one kind of run at a time", () => {
    using sample = sampleWorkspace({
      "libs/a/test-results/unit.json": report(3, 1),
      "apps/b/test-results/unit.json": report(4, 0),
      "apps/b/test-results/e2e.json": report(100, 0),
      "libs/c/package.json": {},
    });
    expect(readTotals(sample.root, "unit")).toMatchObject({ passed: 7, failed: 1 });
  });

  it("name each failed test with the begin of its reason, and files that could not be loaded", () => {
    const tests = [
      { fullName: "adds", status: "failed", failureMessages: ["\u001b[31mexpected 2\u001b[39m to be 3\n at line"] },
      { fullName: "subtracts", status: "passed", failureMessages: [] },
    ];
    const root = "/workspace";
    const results = [
      { name: join(root, "libs/a/src/a.test.ts"), status: "failed", message: "", assertionResults: tests },
      { name: join(root, "libs/a/src/b.test.ts"), status: "failed", message: "no such module", assertionResults: [] },
    ];
    expect(totalsOf({ ...report(1, 1), testResults: results }, root).failures).toEqual([
      "libs/a/src/a.test.ts > adds: expected 2 to be 3\n     at line",
      "libs/a/src/b.test.ts: no such module",
    ]);
  });

  it("forget what an earlier run left", () => {
    using sample = sampleWorkspace({ "libs/a/test-results/unit.json": report(3, 1), "libs/a/test-results/e2e.json": report(1, 0) });
    forgetReports(sample.root, "unit");
    expect(readTotals(sample.root, "unit")).toMatchObject({ passed: 0, failed: 0 });
    expect(existsSync(join(sample.root, "libs/a/test-results/e2e.json"))).toBe(true);
  });
});
