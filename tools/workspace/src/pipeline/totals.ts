import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { projectFolders } from "../projects.ts";

/** Numbers of tests, and what failed. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  /** Each failed test, or file that could not be loaded, with the first lines of its reason. */
  readonly failures: readonly string[];
}

/** What the test runner writes about one run; the other fields are of no use here. */
interface RunReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages: readonly string[] }[];
  }[];
}

/** Lines of a reason that are repeated at the end; the whole is further up. */
const REASON_LINES = 6;
const REASON_CHARS = 600;

export const NO_TESTS: Totals = { passed: 0, failed: 0, failures: [] };

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
      .map((path) => totalsOf(JSON.parse(readFileSync(path, "utf8")) as RunReport, workspaceRoot)),
  );
}

/** The sum of several totals. */
export function addTotals(totals: readonly Totals[]): Totals {
  return {
    passed: totals.reduce((sum, { passed }) => sum + passed, 0),
    failed: totals.reduce((sum, { failed }) => sum + failed, 0),
    failures: totals.flatMap(({ failures }) => failures),
  };
}

/** What one report says. */
export function totalsOf({ numPassedTests, numFailedTests, testResults }: RunReport, workspaceRoot: string): Totals {
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(workspaceRoot, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && status === "failed") return [`${file}: ${shorten(message)}`];
    return failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}: ${shorten(failureMessages.join("\n"))}`);
  });
  return { passed: numPassedTests, failed: numFailedTests, failures };
}

function shorten(reason: string): string {
  return stripVTControlCharacters(reason).trim().split("\n").slice(0, REASON_LINES).join("\n    ").slice(0, REASON_CHARS);
}

function reportPaths(workspaceRoot: string, kind: RunKind): string[] {
  return projectFolders(workspaceRoot).map((root) => join(workspaceRoot, root, "test-results", `${kind}.json`));
}
