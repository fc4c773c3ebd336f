import type { CommandEnd } from "./run-command.ts";
import type { Stage } from "./stages.ts";
import { NO_TESTS, addTotals, type RunKind, type Totals } from "./totals.ts";

/** What running stages needs of its surroundings. */
export interface Surroundings {
  run(stage: Stage): Promise<CommandEnd>;
  forgetReports(kind: RunKind): void;
  readTotals(kind: RunKind): Totals;
  /** Milliseconds from any fixed point. */
  now(): number;
  say(line: string): void;
}

interface Outcome extends CommandEnd {
  readonly stage: Stage;
  readonly seconds: number;
  readonly totals: Totals;
}

/**
 * Runs stages one after another up to the first that fails, then says how it went.
 *
 * The last line counts tests: `12 passed, 0 failed`. A stage that fails without a failed test (types, lint, a test
 * file that cannot be loaded) counts as one failed, so that the line is never "0 failed" after a failure.
 *
 * @returns whether every stage passed
 */
export async function runStages(stages: readonly Stage[], around: Surroundings): Promise<boolean> {
  const outcomes: Outcome[] = [];
  for (const stage of stages) {
    around.say(`\n=== ${outcomes.length + 1}/${stages.length} ${stage.title} (${stage.name})`);
    const outcome = await runStage(stage, around);
    outcomes.push(outcome);
    if (!outcome.ok) break;
  }
  for (const line of summary(stages, outcomes)) around.say(line);
  return outcomes.every(({ ok }) => ok);
}

async function runStage(stage: Stage, around: Surroundings): Promise<Outcome> {
  const startedAt = around.now();
  if (stage.counts !== undefined) around.forgetReports(stage.counts);
  const end = await around.run(stage);
  const counted = stage.counts === undefined ? NO_TESTS : around.readTotals(stage.counts);
  const totals = !end.ok && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  return { ...end, stage, totals, seconds: Math.round((around.now() - startedAt) / 1000) };
}

function summary(stages: readonly Stage[], outcomes: readonly Outcome[]): string[] {
  const width = Math.max(0, ...stages.map(({ name }) => name.length));
  const row = (mark: string, name: string, rest: string) => `${mark.padEnd(4)}  ${name.padEnd(width)}  ${rest}`.trimEnd();
  const ran = outcomes.map(({ ok, how, stage, seconds, totals }) => {
    const tests = stage.counts === undefined ? "" : `, ${totals.passed} passed, ${totals.failed} failed`;
    return row(ok ? "ok" : "FAIL", stage.name, `${seconds} s${tests}${ok ? "" : ` (${how}; its output is above)`}`);
  });
  const left = stages.slice(outcomes.length).map(({ name }) => row("-", name, "not run"));
  const { passed, failed, failures } = addTotals(outcomes.map(({ totals }) => totals));
  const broken = failures.length === 0 ? [] : ["", "What failed:", ...failures.map((failure) => `  ${failure}`)];
  return ["\n=== Summary", ...ran, ...left, ...broken, "", `${passed} passed, ${failed} failed`];
}
