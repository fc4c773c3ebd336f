import type { RunKind } from "./totals.ts";

/** One step of `npm test`. */
export interface Stage {
  /** What `--only` and `--skip` call it. */
  readonly name: string;
  /** What it proves, for the heading. */
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly deadlineMs: number;
  /** Which tests it runs, where it runs any. */
  readonly counts?: RunKind;
}

const MINUTE = 60_000;

/** Every step in the order in which they run: what is quick and fails most often comes first. */
export const STAGES: readonly Stage[] = [
  own("structure", "The rules of the workspace", "check-structure.mjs"),
  own("changesets", "Every change has its line in a changelog", "check-changesets.mjs"),
  nx("types", "Types", ["typecheck"]),
  nx("lint", "Lint and module boundaries", ["lint"]),
  { name: "unused", title: "Nothing unused", program: "knip", args: ["--no-config-hints", "--no-progress"], deadlineMs: 5 * MINUTE },
  { ...nx("unit", "Unit and conformance tests", ["test"]), counts: "unit" },
  nx("build", "Build, API report and package checks", ["build", "api-report", "package-check"]),
  own("pack", "Pack what is published", "pack.mjs", ["--no-install-check"]),
  {
    ...nx("gateway", "Installs and real Gateways", ["e2e"], ["--parallel=1", "--output-style=stream"]),
    counts: "e2e",
    deadlineMs: 35 * MINUTE,
  },
];

function nx(name: string, title: string, targets: readonly string[], flags: readonly string[] = []): Stage {
  return { name, title, program: "nx", args: ["run-many", "-t", ...targets, ...flags], deadlineMs: 10 * MINUTE };
}

function own(name: string, title: string, script: string, flags: readonly string[] = []): Stage {
  return { name, title, program: "node", args: [`tools/workspace/${script}`, ...flags], deadlineMs: 5 * MINUTE };
}
