import type { CarrierCapabilities } from "../../capabilities.ts";
import { capabilitiesOf } from "../../carrier.ts";
import type { SchemaIssue } from "../../definition.ts";
import { createRegistry, registerProvider } from "../../registry.ts";
import { STEP_KINDS } from "../../plan.ts";
import { CONTRACT } from "../../version.ts";
import { HarnessError, describeError, ensure, ensureSame, withoutThrowing } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import type { ConformanceSubject } from "../session.ts";

const UNKNOWN_KEY = "conformanceUnknownKey";

/** What can be told without an instance. */
export const DEFINITION_CASES: readonly ConformanceCase[] = [
  {
    rule: "C24.definition",
    inspect({ definition }) {
      withoutThrowing("registering", () => registerProvider(definition, { mode: "full", package: "conformance", version: "0.0.0" }, createRegistry()));
      ensure(definition.kind === "carrier", `kind is "${definition.kind}", not "carrier"`);
      ensure(definition.contract.major === CONTRACT.major, `contract ${definition.contract.major} is not ${CONTRACT.major}`);
    },
  },
  {
    rule: "C24.valid-config",
    async inspect(subject, capabilities) {
      const { definition, config } = subject;
      const issues = await issuesOf(subject, config);
      ensure(issues.length === 0, `the valid configuration is refused: ${describe(issues)}`);
      const result = await definition.config["~standard"].validate(config);
      const real = result.issues ? undefined : capabilitiesOf(definition, result.value as never);
      ensureSame(real, capabilities, "capabilities under the valid configuration");
    },
  },
  {
    rule: "C24.invalid-config",
    async inspect(subject) {
      if (subject.invalidConfigs.length === 0) throw new HarnessError("at least one invalid configuration is needed");
      for (const { config, key } of subject.invalidConfigs) {
        const issues = await issuesOf(subject, config);
        ensure(issues.length > 0, `a configuration with a wrong "${key}" is accepted`);
        ensure(issues.some((issue) => names(issue, key)), `"${key}" is not named: ${describe(issues)}`);
      }
    },
  },
  {
    rule: "C24.unknown-key",
    async inspect(subject) {
      const issues = await issuesOf(subject, { ...(subject.config as object), [UNKNOWN_KEY]: true });
      ensure(issues.length > 0, "a key that nobody knows is accepted");
      ensure(issues.some((issue) => names(issue, UNKNOWN_KEY)), `the unknown key is not named: ${describe(issues)}`);
    },
  },
  {
    rule: "A9.public-webhook",
    inspect(_subject, { publicWebhook = [], webhooks, audioModes }) {
      ensure(publicWebhook.length === 0 || webhooks === true, "publicWebhook is declared without webhooks");
      const strange = publicWebhook.find((mode) => !audioModes.includes(mode));
      ensure(strange === undefined, `publicWebhook names "${String(strange)}", which is not among audioModes`);
    },
  },
  {
    rule: "A12.coherent",
    inspect(_subject, capabilities) {
      const fault = contradictionIn(capabilities);
      ensure(fault === undefined, String(fault));
    },
  },
  {
    rule: "B20.recovery",
    applies: ({ media }) => media !== undefined,
    inspect(_subject, { flow, media, steps }) {
      const recovery = media?.recovery ?? "none";
      ensure(["refetch", "reissue", "none"].includes(recovery), `recovery "${recovery}" is not known`);
      ensure(recovery !== "refetch" || flow === "pull", 'recovery "refetch" needs flow "pull": only there the carrier asks for documents');
      ensure(recovery !== "reissue" || steps.connectMedia?.native === "yes", 'recovery "reissue" needs connectMedia on a call that is up');
    },
  },
];

/** What capabilities say that cannot be true together, or nothing. */
export function contradictionIn(capabilities: CarrierCapabilities): string | undefined {
  const { flow, steps, listen, dtmfOut, media, audioModes, inbound, outbound } = capabilities;
  const known: readonly string[] = STEP_KINDS;
  const strange = Object.keys(steps).find((kind) => !known.includes(kind));
  if (strange) return `steps names "${strange}", which this contract does not know`;
  if (!inbound && !outbound) return "neither inbound nor outbound is declared";
  if (audioModes.length === 0) return "audioModes is empty";
  if ((listen !== undefined) !== (steps.listen !== undefined)) return "listen and steps.listen are declared together or not at all";
  if (listen && !listen.speech && !listen.digits) return "listen takes neither speech nor digits";
  if (audioModes.includes("native") && !steps.say) return 'audio mode "native" needs the step say';
  if (flow === "pull" && !steps.pause) return "a pull carrier needs the step pause: a plan that holds waits with it";
  if (dtmfOut?.native === "command" && !steps.sendDigits?.native) return "dtmfOut.native is a command without the step sendDigits";
  if (dtmfOut?.media === "command" && !steps.sendDigits?.media) return "dtmfOut.media is a command without the step sendDigits";
  if (media && media.formats.length === 0) return "media.formats is empty";
  if (media && !steps.connectMedia) return "media needs the step connectMedia";
  return inbound && flow === "push" && steps.answer?.unanswered !== "yes" ? "inbound push calls need the step answer" : undefined;
}

async function issuesOf({ definition }: ConformanceSubject, config: unknown): Promise<readonly SchemaIssue[]> {
  try {
    return (await definition.config["~standard"].validate(config)).issues ?? [];
  } catch (error) {
    return [{ message: `validate threw: ${describeError(error)}` }];
  }
}

/** Whether an issue names a key, in its path or its words. */
function names({ path = [], message }: SchemaIssue, key: string): boolean {
  const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
  return keys.includes(key) || keys.join(".") === key || message.includes(key);
}

function describe(issues: readonly SchemaIssue[]): string {
  return issues.map(({ message }) => message).join("; ");
}
