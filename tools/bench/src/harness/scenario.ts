import { measure, nanoseconds, ratio, type Measurement, type MeasureOptions, type Subject } from "./measure.ts";

/** A promise about one subject's time, relative to another's. */
export interface Target {
  readonly subject: string;
  readonly base: string;
  /** The largest ratio that passes. */
  readonly atMost: number;
}

/** Subjects that do the same work, and what is promised about them. */
export interface Scenario {
  readonly title: string;
  /** The first is the one that the table compares all others with. */
  readonly subjects: readonly Subject[];
  readonly targets: readonly Target[];
}

/** What came out of a scenario. */
export interface Outcome {
  /** A table and a line for each target, to be printed. */
  readonly lines: readonly string[];
  readonly missed: number;
}

/** Measures a scenario and holds it against its targets. */
export function runScenario(scenario: Scenario, options: MeasureOptions = {}): Outcome {
  return judge(scenario, measure(scenario.subjects, options));
}

/** Writes the table of a measurement and judges each target. */
export function judge(scenario: Scenario, measurement: Measurement): Outcome {
  const names = scenario.subjects.map(({ name }) => name);
  const base = names[0] as string;
  const width = Math.max(...names.map((name) => name.length));
  const rows = names.map((name) => {
    const time = nanoseconds(measurement, name).toFixed(0).padStart(9);
    return `  ${name.padEnd(width)} ${time} ns  ${ratio(measurement, name, base).toFixed(2).padStart(7)} x`;
  });
  const verdicts = scenario.targets.map((target) => {
    const value = ratio(measurement, target.subject, target.base);
    const passed = value <= target.atMost;
    const text = `${target.subject} / ${target.base}: ${value.toFixed(2)} x, at most ${target.atMost} x`;
    return { passed, line: `  ${passed ? "pass" : "MISS"}  ${text}` };
  });
  return {
    lines: [scenario.title, ...rows, ...verdicts.map(({ line }) => line), ""],
    missed: verdicts.filter(({ passed }) => !passed).length,
  };
}

/**
 * Runs scenarios one after the other and prints them. Sets exit code 1 when a target is missed, so that the command
 * can be a gate.
 */
export function runScenarios(scenarios: readonly Scenario[], options: MeasureOptions = {}): void {
  let missed = 0;
  let targets = 0;
  for (const scenario of scenarios) {
    const outcome = runScenario(scenario, options);
    console.log(outcome.lines.join("\n"));
    missed += outcome.missed;
    targets += scenario.targets.length;
  }
  console.log(missed === 0 ? `all ${targets} targets met` : `${missed} of ${targets} targets missed`);
  if (missed > 0) process.exitCode = 1;
}
