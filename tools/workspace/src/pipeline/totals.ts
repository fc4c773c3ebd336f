import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectFolders } from "../projects.ts";

/** Numbers of tests. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
}

/** What the test runner writes about one run; the other fields are of no use here. */
interface RunReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}

/** Which kind of run a report is about; it is the report's file name. */
export type RunKind = "unit" | "e2e";

/** Forgets the reports of earlier runs, so that what is added up afterwards is of this run alone. */
export function forgetReports(workspaceRoot: string, kind: RunKind): void {
  for (const path of reportPaths(workspaceRoot, kind)) rmSync(path, { force: true });
}

/** Adds up the reports of every project for one kind of run. */
export function readTotals(workspaceRoot: string, kind: RunKind): Totals {
  return addTotals(
    reportPaths(workspaceRoot, kind)
      .filter((path) => existsSync(path))
      .map((path) => JSON.parse(readFileSync(path, "utf8")) as RunReport)
      .map(({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests })),
  );
}

/** The sum of several totals. */
export function addTotals(totals: readonly Totals[]): Totals {
  return totals.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  });
}

function reportPaths(workspaceRoot: string, kind: RunKind): string[] {
  return projectFolders(workspaceRoot).map((root) => join(workspaceRoot, root, "test-results", `${kind}.json`));
}
