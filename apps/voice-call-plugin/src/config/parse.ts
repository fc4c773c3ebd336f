import { problemsOf } from "./issues.ts";
import type { ConfigProblem } from "./problem.ts";
import { contradictions, doubts } from "./rules.ts";
import { type CarrierSection, type VoiceCallConfig, configSchema, knownKeys } from "./schema.ts";
import { isPlainObject, unresolvedVariable } from "./values.ts";

/** What came of a configuration. */
export type ParseResult =
  | {
      readonly ok: true;
      readonly config: VoiceCallConfig;
      /** Allowed, and yet probably not meant; values that stay missing because a variable is not set. */
      readonly warnings: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** What the parser may know of the process that it runs in. */
export interface ParseOptions {
  /** Ids of the carriers that are registered. They only make warnings better: an unknown section is allowed. */
  readonly carriers?: readonly string[];
}

/** Deeper than any configuration; a structure beyond it is refused instead of exhausting the stack. */
const MAX_DEPTH = 32;

/**
 * Validates the configuration under `plugins.entries.voice-call.config` and fills in defaults. Never throws. Sections of
 * providers are passed on as they are: their packages validate them when they are used.
 */
export function parseConfig(raw: unknown, options: ParseOptions = {}): ParseResult {
  try {
    return parse(raw, options.carriers ?? []);
  } catch (cause) {
    // Whatever a getter or proxy in the host's object does, a configuration may never stop the Gateway.
    const message = cause instanceof TooDeep ? `is nested deeper than ${MAX_DEPTH} levels` : "cannot be read";
    return refused({ key: "", message, remedy: "Write the section anew; docs/configuration.md describes every key" });
  }
}

function parse(raw: unknown, carriers: readonly string[]): ParseResult {
  if (raw !== undefined && raw !== null && !isPlainObject(raw))
    return refused({ key: "", message: "has to be an object", remedy: "Write the settings as an object" });
  const warnings: ConfigProblem[] = [];
  const present = withoutPlaceholders(raw ?? {}, [], warnings);
  const result = configSchema.safeParse(present);
  if (!result.success) return { ok: false, problems: problemsOf(result.error.issues) };
  const config = split(result.data);
  const problems = contradictions(config);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, config, warnings: [...warnings, ...doubts(config, carriers)] };
}

/** Our keys, and apart from them the sections of carriers. */
function split(data: Readonly<Record<string, unknown>>): VoiceCallConfig {
  const entries = Object.entries(data);
  const ours = entries.filter(([key]) => knownKeys.includes(key));
  const sections = entries.filter(([key]) => !knownKeys.includes(key)) as [string, CarrierSection][];
  return { ...(Object.fromEntries(ours) as Omit<VoiceCallConfig, "sections">), sections: Object.fromEntries(sections) };
}

/** A copy without absent values and without the `${VAR}` that the host leaves where the environment lacks the variable. */
function withoutPlaceholders(value: unknown, path: readonly string[], warnings: ConfigProblem[]): unknown {
  if (path.length > MAX_DEPTH) throw new TooDeep();
  if (Array.isArray(value))
    return value.flatMap((item, index) => {
      const kept = withoutPlaceholders(item, [...path, String(index)], warnings);
      return kept === undefined ? [] : [kept];
    });
  if (isPlainObject(value))
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) => {
        const kept = withoutPlaceholders(child, [...path, key], warnings);
        return kept === undefined ? [] : [[key, kept] as const];
      }),
    );
  const variable = unresolvedVariable(value);
  if (variable === undefined) return value;
  warnings.push({
    key: path.join("."),
    message: `counts as missing, because the environment variable ${variable} is not set`,
    remedy: `Set ${variable} in the environment of the Gateway and restart it`,
  });
  return undefined;
}

function refused(...problems: readonly ConfigProblem[]): ParseResult {
  return { ok: false, problems };
}

class TooDeep extends Error {}
