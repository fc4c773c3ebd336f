import { ConformanceError, HarnessError } from "./assertions.ts";
import type { ConformanceCase } from "./case.ts";
import { CARRIER_CASES } from "./cases/index.ts";
import type { CarrierHarness, ConformanceKit } from "./harness.ts";
import type { PatienceOptions } from "./patience.ts";
import { CARRIER_RULES, CARRIER_RULE_IDS, type CarrierRuleId } from "./rules.ts";
import type { CarrierCapabilities } from "../capabilities.ts";
import type { DefinitionOf } from "../registry.ts";
import { Session, subjectCapabilities, type ConformanceSubject } from "./session.ts";

/** The part of a test runner that the kit needs; those of vitest, jest, mocha and `node:test` have it. */
export interface ConformanceRunner {
  describe?(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void>): void;
}

/** A rule that a carrier cannot keep, and why. */
export interface Deviation {
  readonly rule: CarrierRuleId;
  /** Why the network leaves no other way. Stands in the name of the rule's case. */
  readonly reason: string;
}

/** What is tried, and by what. */
export interface CarrierConformanceOptions extends PatienceOptions {
  readonly runner: ConformanceRunner;
  /** Default: the definition's label. */
  readonly name?: string;
  readonly definition: DefinitionOf<"carrier">;
  /** A section of the configuration that is valid, with every secret filled by something unmistakable. */
  readonly config: unknown;
  /** Needed only where they depend on the configuration, and its schema has to wait: what they are for `config`. */
  readonly capabilities?: CarrierCapabilities;
  /** Sections that are not, each with the key that the refusal has to name. At least one. */
  readonly invalidConfigs: readonly { readonly config: unknown; readonly key: string }[];
  /** Makes an instance's surroundings; asked once for every case. */
  readonly harness: (kit: ConformanceKit) => Promise<CarrierHarness> | CarrierHarness;
  readonly deviations?: readonly Deviation[];
}

/**
 * Registers the cases of every rule that concerns the carrier, by its capabilities. Never throws: what keeps the kit from
 * trying is a failing case.
 *
 * A deviation stands as a passing case that names its reason. It has to be true: where the carrier keeps the rule after
 * all, or the rule does not concern it, the case fails.
 */
export function carrierConformance(options: CarrierConformanceOptions): void {
  const { runner, definition, deviations = [], name = definition.label } = options;
  const describe = runner.describe?.bind(runner) ?? ((_name: string, body: () => void) => body());
  describe(`${name} keeps the contract of carriers`, () => {
    for (const fault of deviationFaults(deviations)) runner.it(fault, () => Promise.reject(new HarnessError(fault)));
    let capabilities: CarrierCapabilities;
    try {
      capabilities = subjectCapabilities(options);
    } catch (error) {
      runner.it("has capabilities", () => Promise.reject(error instanceof Error ? error : new HarnessError(String(error))));
      return;
    }
    for (const rule of CARRIER_RULE_IDS) {
      const cases = CARRIER_CASES.filter((one) => one.rule === rule && (one.applies?.(capabilities) ?? true));
      const deviation = deviations.find((one) => one.rule === rule);
      const attempt = async () => {
        for (const one of cases) await tryCase(one, options, capabilities);
      };
      if (deviation) {
        runner.it(`${rule} deviates: ${deviation.reason}`, () => expectBroken(deviation, cases.length > 0, attempt));
      } else if (cases.length > 0) {
        runner.it(`${rule} ${CARRIER_RULES[rule]}`, attempt);
      }
    }
  });
}

/** Tries one case on surroundings of its own. */
async function tryCase(one: ConformanceCase, subject: ConformanceSubject, capabilities: CarrierCapabilities): Promise<void> {
  await one.inspect?.(subject, capabilities);
  if (!one.run) return;
  const session = await Session.open(subject, capabilities);
  try {
    await one.run(session);
  } finally {
    await session.end();
  }
}

/** Passes where the rule is really broken; anything else that goes wrong is not what the deviation says. */
async function expectBroken({ rule, reason }: Deviation, concerned: boolean, attempt: () => Promise<void>): Promise<void> {
  if (!concerned) throw new HarnessError(`${rule} does not concern this carrier: take the deviation away ("${reason}")`);
  try {
    await attempt();
  } catch (error) {
    if (error instanceof ConformanceError) return;
    throw error;
  }
  throw new HarnessError(`${rule} is kept: take the deviation away ("${reason}")`);
}

function deviationFaults(deviations: readonly Deviation[]): string[] {
  const known: readonly string[] = CARRIER_RULE_IDS;
  return deviations.flatMap(({ rule, reason }, index) => {
    if (!known.includes(rule)) return [`deviation from "${rule}": there is no such rule`];
    if (typeof reason !== "string" || reason.trim() === "") return [`deviation from ${rule}: a reason is missing`];
    return deviations.findIndex((other) => other.rule === rule) < index ? [`deviation from ${rule}: stated twice`] : [];
  });
}

