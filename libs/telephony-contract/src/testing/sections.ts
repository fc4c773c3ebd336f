import type { SchemaIssue } from "../definition.ts";
import { createRegistry, registerProvider, type AnyProviderDefinition } from "../registry.ts";
import { CONTRACT } from "../version.ts";
import { HarnessError, describeError, ensure, withoutThrowing } from "./assertions.ts";

/** What every kit is given of the provider that it tries: the definition, and sections of its configuration. */
export interface DefinedSubject {
  readonly definition: AnyProviderDefinition;
  /** A section that is valid. */
  readonly config: unknown;
  /** Sections that are not, each with the key that the refusal has to name. */
  readonly invalidConfigs: readonly { readonly config: unknown; readonly key: string }[];
}

const UNKNOWN_KEY = "conformanceUnknownKey";

/** C24.definition: it can be registered as what it is. */
export function ensureRegistrable(definition: AnyProviderDefinition, kind: AnyProviderDefinition["kind"]): void {
  withoutThrowing("registering", () => registerProvider(definition, { mode: "full", package: "conformance", version: "0.0.0" }, createRegistry()));
  ensure(definition.kind === kind, `kind is "${definition.kind}", not "${kind}"`);
  ensure(definition.contract.major === CONTRACT.major, `contract ${definition.contract.major} is not ${CONTRACT.major}`);
}

/** C24.valid-config. */
export async function ensureValidAccepted(subject: DefinedSubject): Promise<void> {
  const issues = await issuesOf(subject, subject.config);
  ensure(issues.length === 0, `the valid configuration is refused: ${describe(issues)}`);
}

/** C24.invalid-config. */
export async function ensureInvalidRefused(subject: DefinedSubject): Promise<void> {
  if (subject.invalidConfigs.length === 0) throw new HarnessError("at least one invalid configuration is needed");
  for (const { config, key } of subject.invalidConfigs) await ensureRefused(subject, config, `a configuration with a wrong "${key}" is accepted`, key);
}

/** C24.unknown-key. */
export async function ensureUnknownRefused(subject: DefinedSubject): Promise<void> {
  await ensureRefused(subject, { ...(subject.config as object), [UNKNOWN_KEY]: true }, "a key that nobody knows is accepted", UNKNOWN_KEY);
}

async function ensureRefused(subject: DefinedSubject, config: unknown, accepted: string, key: string): Promise<void> {
  const issues = await issuesOf(subject, config);
  ensure(issues.length > 0, accepted);
  ensure(issues.some((issue) => names(issue, key)), `"${key}" is not named: ${describe(issues)}`);
}

async function issuesOf({ definition }: DefinedSubject, config: unknown): Promise<readonly SchemaIssue[]> {
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
