import { join } from "node:path";
import type { TelephoneSettings } from "@openclaw/call-engine";
import type { RegistrationMode, Registry } from "@openclaw/telephony-contract";
import { fullKey, isReady, type ParseResult, type ReadinessCheck, readiness, type SecretResolver, toTelephoneSettings } from "../config/index.ts";
import type { HostRuntime } from "../host/api.ts";
import { secretResolver } from "../host/secrets.ts";
import { notRunning, type Problem, SetupError } from "../requests/faults.ts";
import { gatherFacts } from "./facts.ts";

/** A configuration under which the telephone can run. */
export interface ReadyReading {
  readonly ok: true;
  readonly settings: TelephoneSettings;
  /** Where calls are kept. */
  readonly directory: string;
  /** Equal for two readings between which nothing changed that needs another listener or store. */
  readonly cold: string;
}

/** What the configuration says now. */
export type Reading = ReadyReading | { readonly ok: false; readonly error: SetupError };

/** Where the configuration comes from. */
export interface ConfigurationSources {
  readonly runtime: Pick<HostRuntime, "config">;
  /** `$OPENCLAW_STATE_DIR` */
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly modes: readonly RegistrationMode[];
  /** Where providers are met. Default: the registry of this process. */
  readonly registry?: Registry;
  /** Default: the host's. */
  readonly resolveSecret?: (hostConfig: unknown, env: NodeJS.ProcessEnv) => SecretResolver;
}

/**
 * The plugin's configuration as it changes under a running telephone. The host replaces its configuration object when
 * anything changes, so looking at it costs nothing while nothing does.
 */
export class Configuration {
  readonly #sources: ConfigurationSources;
  #seen: unknown;
  #stale = true;
  #settings: TelephoneSettings | undefined;
  #open = false;

  constructor(sources: ConfigurationSources) {
    this.#sources = sources;
  }

  /** Whether there is something to read that was not read yet. */
  get changed(): boolean {
    return this.#stale || this.#sources.runtime.config.current() !== this.#seen;
  }

  /** Something outside the configuration changed that it refers to, such as the installed providers. */
  invalidate(): void {
    this.#stale = true;
  }

  /** Reads the present configuration and remembers it. Never rejects. */
  async read(): Promise<Reading> {
    const { runtime, env, modes, stateDir, registry } = this.#sources;
    const hostConfig = runtime.config.current();
    this.#seen = hostConfig;
    this.#stale = false;
    const resolveSecret = (this.#sources.resolveSecret ?? secretResolver)(hostConfig, env);
    const facts = await gatherFacts({ hostConfig, env, modes, resolveSecret, ...(registry && { registry }) });
    const checks = readiness(facts);
    this.#open = facts.parsed.ok && isReady(checks);
    if (!facts.parsed.ok || !this.#open) return { ok: false, error: setupError(checks, facts.parsed) };
    const { config } = facts.parsed;
    const settings = toTelephoneSettings(config);
    this.#settings = settings;
    const directory = config.store ?? join(stateDir, "voice-calls");
    return { ok: true, settings, directory, cold: JSON.stringify([directory, settings.serve]) };
  }

  /**
   * The latest settings that were good. While the present ones are not, nobody new gets through: live calls keep what
   * they began with. Throws `not-running` before the first good reading.
   */
  settings(): TelephoneSettings {
    if (!this.#settings) throw notRunning();
    return this.#open ? this.#settings : { ...this.#settings, inboundPolicy: "disabled" };
  }
}

/** What keeps the telephone from working, as one error with one entry for each thing. */
function setupError(checks: readonly ReadinessCheck[], parsed: ParseResult): SetupError {
  if (!parsed.ok) return new SetupError("config-invalid", parsed.problems.map((problem) => ({ ...problem, key: fullKey(problem.key) })));
  const failed = checks.filter(({ ok, level }) => !ok && level === "error");
  const problems = failed.map(({ id, message, remedy = "", missing = [] }): Problem => ({ key: missing.map(fullKey).join(", ") || id, message, remedy }));
  return new SetupError("setup-incomplete", problems);
}
