import type { SchemaIssue } from "../definition.ts";
import { createRegistry, registerProvider } from "../registry.ts";
import { CONTRACT } from "../version.ts";
import { HarnessError, describeError, ensure, withoutThrowing } from "./assertions.ts";
import type { SpeechRuleId } from "./speech-rules.ts";
import type { SpeechSubject } from "./speech-session.ts";

const UNKNOWN_KEY = "conformanceUnknownKey";

/** What can be told without an instance. */
export const SPEECH_DEFINITION_CASES: readonly { readonly rule: SpeechRuleId; readonly inspect: (subject: SpeechSubject) => Promise<void> | void }[] = [
  {
    rule: "C24.definition",
    inspect({ definition }) {
      withoutThrowing("registering", () => registerProvider(definition, { mode: "full", package: "conformance", version: "0.0.0" }, createRegistry()));
      ensure(definition.kind === "speech-synthesizer", `kind is "${definition.kind}", not "speech-synthesizer"`);
      ensure(definition.contract.major === CONTRACT.major, `contract ${definition.contract.major} is not ${CONTRACT.major}`);
      ensure(definition.capabilities.formats.length > 0, "capabilities.formats is empty");
    },
  },
  {
    rule: "C24.valid-config",
    async inspect(subject) {
      const issues = await issuesOf(subject, subject.config);
      ensure(issues.length === 0, `the valid configuration is refused: ${issues.map(({ message }) => message).join("; ")}`);
    },
  },
  {
    rule: "C24.invalid-config",
    async inspect(subject) {
      if (subject.invalidConfigs.length === 0) throw new HarnessError("at least one invalid configuration is needed");
      for (const { config, key } of subject.invalidConfigs) await refused(subject, config, key);
    },
  },
  {
    rule: "C24.unknown-key",
    async inspect(subject) {
      await refused(subject, { ...(subject.config as object), [UNKNOWN_KEY]: true }, UNKNOWN_KEY);
    },
  },
];

async function refused(subject: SpeechSubject, config: unknown, key: string): Promise<void> {
  const issues = await issuesOf(subject, config);
  ensure(issues.length > 0, `a configuration with a wrong "${key}" is accepted`);
  ensure(issues.some((issue) => names(issue, key)), `"${key}" is not named: ${issues.map(({ message }) => message).join("; ")}`);
}

async function issuesOf({ definition }: SpeechSubject, config: unknown): Promise<readonly SchemaIssue[]> {
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
