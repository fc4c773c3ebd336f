import { ConformanceError, HarnessError } from "./assertions.ts";
import type { ConformanceRunner } from "./carrier-conformance.ts";
import type { TranscriberCase } from "./transcriber-case.ts";
import { TRANSCRIBER_CASES } from "./transcriber-cases/index.ts";
import { TRANSCRIBER_RULES, TRANSCRIBER_RULE_IDS, type TranscriberRuleId } from "./transcriber-rules.ts";
import { TranscriberTrial, type TranscriberSubject } from "./transcriber-session.ts";

/** A rule that a transcriber cannot keep, and why. */
export interface TranscriberDeviation {
  readonly rule: TranscriberRuleId;
  /** Why the service leaves no other way. Stands in the name of the rule's case. */
  readonly reason: string;
}

/** What is tried, and by what. */
export interface TranscriberConformanceOptions extends TranscriberSubject {
  readonly runner: ConformanceRunner;
  /** Default: the definition's label. */
  readonly name?: string;
  readonly deviations?: readonly TranscriberDeviation[];
}

/**
 * Registers the cases of every rule that concerns the transcriber, by its capabilities. A failing case is a
 * `ConformanceError` where the transcriber broke the rule, and a `HarnessError` where the harness kept the kit from trying.
 *
 * A deviation stands as a passing case that names its reason. It has to be true: where the transcriber keeps the rule
 * after all, or the rule does not concern it, the case fails.
 */
export function transcriberConformance(options: TranscriberConformanceOptions): void {
  const { runner, definition, deviations = [], name = definition.label, capabilities = definition.capabilities } = options;
  const describe = runner.describe?.bind(runner) ?? ((_name: string, body: () => void) => body());
  describe(`${name} keeps the contract of transcribers`, () => {
    for (const fault of deviationFaults(deviations)) runner.it(fault, () => Promise.reject(new HarnessError(fault)));
    for (const rule of TRANSCRIBER_RULE_IDS) {
      const cases = TRANSCRIBER_CASES.filter((one) => one.rule === rule && (one.applies?.(capabilities) ?? true));
      const attempt = async () => {
        let concerned = false;
        for (const one of cases) concerned = (await tryCase(one, options)) || concerned;
        return concerned;
      };
      const deviation = deviations.find((one) => one.rule === rule);
      if (deviation) runner.it(`${rule} deviates: ${deviation.reason}`, () => expectBroken(deviation, attempt));
      else if (cases.length > 0) runner.it(`${rule} ${TRANSCRIBER_RULES[rule]}`, async () => void (await attempt()));
    }
  });
}

/** Tries one case on surroundings of its own. Whether the service has what the case is about. */
async function tryCase(one: TranscriberCase, subject: TranscriberSubject): Promise<boolean> {
  await one.inspect?.(subject);
  if (!one.run) return true;
  const trial = await TranscriberTrial.open(subject);
  try {
    return (await one.run(trial)) !== "not-concerned";
  } finally {
    await trial.end();
  }
}

/** Passes where the rule is really broken; anything else that goes wrong is not what the deviation says. */
async function expectBroken({ rule, reason }: TranscriberDeviation, attempt: () => Promise<boolean>): Promise<void> {
  let concerned: boolean;
  try {
    concerned = await attempt();
  } catch (error) {
    if (error instanceof ConformanceError) return;
    throw error;
  }
  throw new HarnessError(`${rule} ${concerned ? "is kept" : "does not concern this transcriber"}: take the deviation away ("${reason}")`);
}

function deviationFaults(deviations: readonly TranscriberDeviation[]): string[] {
  const known: readonly string[] = TRANSCRIBER_RULE_IDS;
  return deviations.flatMap(({ rule, reason }, index) => {
    if (!known.includes(rule)) return [`deviation from "${rule}": there is no such rule`];
    if (typeof reason !== "string" || reason.trim() === "") return [`deviation from ${rule}: a reason is missing`];
    return deviations.findIndex((other) => other.rule === rule) < index ? [`deviation from ${rule}: stated twice`] : [];
  });
}
