import { PLUGIN_ID } from "./schema.ts";

/** One thing that is wrong with the configuration. Never carries a value: it might be a secret. */
export interface ConfigProblem {
  /** Dotted path below `plugins.entries.voice-call.config`; empty for the configuration as a whole. */
  readonly key: string;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A key as it stands in the host's configuration file, to be found there. */
export function fullKey(key: string): string {
  return ["plugins", "entries", PLUGIN_ID, "config", ...(key === "" ? [] : [key])].join(".");
}

/** A problem as one line for a log or a terminal. */
export function describeProblem({ key, message, remedy }: ConfigProblem): string {
  return `${fullKey(key)}: ${message}. ${remedy}.`;
}
