import type { SchemaIssue } from "../../definition.ts";
import { createRegistry, registerProvider } from "../../registry.ts";
import { CONTRACT } from "../../version.ts";
import { HarnessError, describeError, ensure, withoutThrowing } from "../assertions.ts";
import type { TranscriberCase } from "../transcriber-case.ts";
import type { TranscriberSubject } from "../transcriber-session.ts";

const UNKNOWN_KEY = "conformanceUnknownKey";

/** What can be told without an instance. */
export const DEFINITION_CASES: readonly TranscriberCase[] = [
  {
    rule: "C24.definition",
    inspect({ definition }) {
      withoutThrowing("registering", () => registerProvider(definition, { mode: "full", package: "conformance", version: "0.0.0" }, createRegistry()));
      ensure(definition.kind === "transcriber", `kind is "${definition.kind}", not "transcriber"`);
      ensure(definition.contract.major === CONTRACT.major, `contract ${definition.contract.major} is not ${CONTRACT.major}`);
      ensure(definition.capabilities.formats.length > 0, "capabilities.formats is empty");
    },
  },
  {
    rule: "C24.valid-config",
    async inspect(subject) {
      const issues = await issuesOf(subject, subject.config);
      ensure(issues.length === 0, `the valid configuration is refused: ${describe(issues)}`);
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

async function refused(subject: TranscriberSubject, config: unknown, key: string): Promise<void> {
  const issues = await issuesOf(subject, config);
  ensure(issues.length > 0, `a configuration with a wrong "${key}" is accepted`);
  ensure(issues.some((issue) => names(issue, key)), `"${key}" is not named: ${describe(issues)}`);
}

async function issuesOf({ definition }: TranscriberSubject, config: unknown): Promise<readonly SchemaIssue[]> {
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
