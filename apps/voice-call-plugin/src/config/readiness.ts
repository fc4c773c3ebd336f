import type { CarrierCapabilities, Resolution } from "@openclaw/telephony-contract";
import { checkAgents, checkAudioMode, checkAudioProvider, checkFit } from "./readiness/conversation.ts";
import { checkCarrier, checkCredentials, checkFromNumber, checkSignatures, checkWebhook } from "./readiness/network.ts";
import { type ParseResult } from "./parse.ts";
import { describeProblem } from "./problem.ts";
import type { SectionReport } from "./provider-section.ts";
import { type ReadinessCheck, failed, passed } from "./readiness/check.ts";

export type { ReadinessCheck } from "./readiness/check.ts";

/** Everything that the checks judge by. Whoever asks gathers it; nothing here reads, waits or connects. */
export interface ReadinessFacts {
  readonly parsed: ParseResult;
  /** What the registry says of `provider`. Absent while none is chosen. */
  readonly carrier?: Resolution<"carrier">;
  /** Ids of all registered carriers. */
  readonly installedCarriers: readonly string[];
  /** What the carrier's package says of its section. */
  readonly section?: SectionReport;
  /** Keys whose secret reference could not be resolved. Only a process that may resolve them can tell. */
  readonly unresolvedSecrets?: readonly string[];
  /** Capabilities under the configuration, where they are known. */
  readonly capabilities?: CarrierCapabilities;
  /** Ids of the host's agents. */
  readonly agents: readonly string[];
  /** The webhook's public URL when a tunnel is open. */
  readonly exposedUrl?: string;
  /** Ids of the transcribers or realtime voices that the chosen audio mode can use. Absent where nobody looked. */
  readonly audioProviders?: readonly string[];
}

/** What `openclaw voicecall setup` shows: every check that can be made, in the order in which a person sets things up. */
export function readiness(facts: ReadinessFacts): readonly ReadinessCheck[] {
  const { parsed } = facts;
  if (!parsed.ok)
    return parsed.problems.map((problem) => failed("config-valid", describeProblem(problem), problem.remedy));
  const { config, warnings } = parsed;
  return [
    passed("config-valid", "The configuration is valid"),
    ...warnings.map((warning): ReadinessCheck => ({
      id: "config-doubt",
      ok: false,
      level: "warning",
      message: describeProblem(warning),
      remedy: warning.remedy,
    })),
    config.enabled
      ? passed("plugin-enabled", "The telephone is switched on")
      : failed("plugin-enabled", "The telephone is switched off", "Set enabled to true", ["enabled"]),
    ...checkCarrier(config, facts),
    ...checkCredentials(config, facts),
    ...checkFromNumber(config, facts),
    ...checkWebhook(config, facts),
    ...checkSignatures(config),
    ...checkAgents(config, facts),
    checkAudioMode(config),
    ...checkFit(config, facts),
    ...checkAudioProvider(config, facts),
  ];
}

/** Whether the telephone can start: nothing failed that is more than a warning. */
export function isReady(checks: readonly ReadinessCheck[]): boolean {
  return checks.every(({ ok, level }) => ok || level !== "error");
}

/**
 * Keys that have to be filled in before the telephone can start. The warning at start, and the answer of every command,
 * request and tool until then, name exactly these.
 */
export function missingKeys(checks: readonly ReadinessCheck[]): readonly string[] {
  return [...new Set(checks.flatMap(({ ok, level, missing }) => (ok || level !== "error" ? [] : (missing ?? []))))];
}
