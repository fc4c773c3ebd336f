import type { StandardSchema } from "@openclaw/telephony-contract";
import { fullKey } from "./problem.ts";
import { type SecretRef, isSecretRef, unresolvedVariable } from "./values.ts";

/** What this file reads of a provider's definition. */
export interface SectionOwner {
  readonly config: StandardSchema;
  readonly env?: Readonly<Record<string, readonly string[]>>;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Asks the host for a secret: `value` is the reference, `path` its full place in the configuration. Undefined, or a
 * rejection, when it cannot be had. The host bounds how long that may take.
 */
export type SecretResolver = (value: SecretRef, path: string) => Promise<string | undefined>;

/** A section that is ready for its owner, and what of it could not be resolved. */
export interface ResolvedSection {
  readonly section: Readonly<Record<string, unknown>>;
  /** Keys, below the plugin's configuration, whose secret could not be resolved. They are absent from `section`. */
  readonly unresolved: readonly string[];
}

/**
 * Fills absent keys of a section from the environment, in the order in which the provider names the variables. Empty
 * text and a `${VAR}` whose variable is not set count as absent; a reference to a secret does not.
 */
export function mergeEnv(
  section: Readonly<Record<string, unknown>>,
  env: SectionOwner["env"],
  environment: Environment,
): Readonly<Record<string, unknown>> {
  const present = Object.entries(section).filter(([, value]) => !isAbsent(value));
  const merged = new Map<string, unknown>(present);
  for (const [key, variables] of Object.entries(env ?? {})) {
    if (merged.has(key)) continue;
    const value = variables.map((name) => environment[name]?.trim()).find((text) => text !== undefined && text !== "");
    if (value !== undefined) merged.set(key, value);
  }
  return Object.fromEntries(merged);
}

/**
 * Puts secrets in the place of their references. `at` is the section's path below the plugin's configuration. Never
 * rejects; no fault of the resolver is repeated, because it may quote what it read.
 */
export async function resolveSecrets(
  section: Readonly<Record<string, unknown>>,
  at: string,
  resolve: SecretResolver,
): Promise<ResolvedSection> {
  const unresolved: string[] = [];
  const entries = await Promise.all(
    Object.entries(section).map(async ([key, value]): Promise<readonly [string, unknown][]> => {
      if (!isSecretRef(value)) return [[key, value]];
      const secret = await ask(resolve, value, fullKey(`${at}.${key}`));
      if (secret !== undefined && !isAbsent(secret)) return [[key, secret]];
      unresolved.push(`${at}.${key}`);
      return [];
    }),
  );
  return { section: Object.fromEntries(entries.flat()), unresolved };
}

async function ask(resolve: SecretResolver, value: SecretRef, path: string): Promise<string | undefined> {
  try {
    return await resolve(value, path);
  } catch {
    return undefined;
  }
}

/** What the owner of a section says of it. */
export interface SectionReport {
  /** Keys that are required and absent, below the plugin's configuration. */
  readonly missing: readonly string[];
  /** What else is wrong, as `key: reason`. */
  readonly wrong: readonly string[];
}

/**
 * Asks a provider's own schema about its section, environment fall-backs included. A key that holds a reference counts
 * as filled, so that a process that may not read secrets can still tell whether the set-up is complete. Never rejects.
 */
export async function inspectSection(
  section: Readonly<Record<string, unknown>>,
  at: string,
  owner: SectionOwner,
  environment: Environment,
): Promise<SectionReport> {
  const merged = mergeEnv(section, owner.env, environment);
  let issues;
  try {
    ({ issues } = await owner.config["~standard"].validate(merged));
  } catch {
    return { missing: [], wrong: [`${at}: the schema of the provider's package failed`] };
  }
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const { message, path = [] } of issues ?? []) {
    const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
    const [first] = keys;
    const value = first === undefined ? merged : merged[first];
    if (isSecretRef(value)) continue;
    const key = [at, ...keys].join(".");
    if (keys.length === 1 && value === undefined) missing.push(key);
    else wrong.push(`${key}: ${message}`);
  }
  return { missing: [...new Set(missing)], wrong };
}

function isAbsent(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === "string" && (value.trim() === "" || unresolvedVariable(value) !== undefined);
}
