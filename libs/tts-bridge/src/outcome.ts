import { TelephonyError, type TelephonyErrorCode } from "@openclaw/telephony-contract";
import type { HostAttempt, HostOutcome } from "./host.ts";

/** Attempts that a message names; with many providers installed, the rest is of no interest. */
const MAX_NAMED = 8;

/** Reasons for which the host did not even ask a provider. */
const NOT_READY = new Set(["not_configured", "no_provider_registered"]);

/** How the host writes the HTTP status of a provider's refusal into its error: `API error (401): …`. */
const STATUS = /\(([45]\d\d)\)/;

/** HTTP status of a refusal, where the host tells one. */
function statusOf({ error = "" }: HostAttempt): string | undefined {
  return STATUS.exec(error)?.[1];
}

/**
 * Providers and reasons in one line: `openai (provider_error 401), elevenlabs (not_configured)`. Nothing that they
 * answered.
 */
export function describeAttempts(attempts: readonly HostAttempt[] = []): string {
  // Whoever failed comes first: those that nobody configured explain nothing beside them.
  const ordered = [...attempts].sort((a, b) => Number(a.outcome === "skipped") - Number(b.outcome === "skipped"));
  const named = ordered.filter(({ outcome }) => outcome !== "success").slice(0, MAX_NAMED);
  return named.map((attempt) => `${word(attempt.provider)} (${[word(attempt.reasonCode), statusOf(attempt)].filter(Boolean).join(" ")})`).join(", ");
}

/** Why the host could not speak, as an error of the contract. */
export function hostFault({ attempts = [], error = "" }: HostOutcome): TelephonyError {
  const tried = attempts.length > 0 ? `: ${describeAttempts(attempts)}` : "";
  const fault = (code: TelephonyErrorCode, message: string, retryable = false) => new TelephonyError(code, `${message}${tried}`, { retryable });
  if (attempts.length === 0 && /\btoo long\b/i.test(error)) return fault("invalid-request", "the text is longer than the host's tts.maxTextLength");
  const failed = attempts.filter(({ outcome }) => outcome === "failed");
  if (failed.some(({ reasonCode }) => reasonCode === "timeout")) return fault("timeout", "the host's speech took too long", true);
  const all = (...statuses: readonly string[]) => failed.length > 0 && failed.every((attempt) => statuses.includes(statusOf(attempt) ?? ""));
  if (all("401", "403")) return fault("auth-failed", "the credentials of the host's speech are refused: look at tts.providers");
  if (all("429")) return fault("rate-limited", "the host's speech is over its limit or its quota", true);
  if (failed.length > 0 || attempts.length === 0) return fault("unavailable", "the host could not speak", true);
  if (attempts.every(({ reasonCode }) => NOT_READY.has(reasonCode))) return fault("config-invalid", "no speech provider of the host is configured: set one up under tts");
  return fault("unsupported", "no configured speech provider of the host can speak on a telephone: set up another one under tts");
}

/** A name in a message: what providers and plugins are called is theirs to choose. */
export function word(name: string): string {
  return name.replace(/[^\w.-]/g, "").slice(0, 40) || "unnamed";
}
