import type { TelephonyError } from "@openclaw/telephony-contract";
import { httpFault, maskNumber, readJson, redactSecrets, type FaultMeaning } from "@openclaw/telephony-kit";

/** Plivo has as many calls of the account as it takes: the hang-up code of it. */
const FULL = "5030";
const TOO_MANY_CALLS: FaultMeaning = { code: "rate-limited", says: "the account has as many calls as it may have at one time", retryable: true };
const NOT_PERMITTED: FaultMeaning = {
  code: "not-permitted",
  says: "the account may not do this. Look at its geo permissions, its balance and its numbers in Plivo's console",
};
/** Plivo's own explanation is cut here. */
const MAX_DETAIL = 200;

/** A request that Plivo refused. */
export interface Refusal {
  /** Names the work, for example `"Placing the call"`. */
  readonly what: string;
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly secrets: readonly string[];
}

/**
 * The error for a refused request. Plivo has no error codes: `providerCode` is the HTTP status, or 5030 (the hang-up
 * code for it) where the account has too many calls. A 403 is not about credentials, but about what the account may do.
 */
export function refusalFault({ what, status, body, retryAfter, now, secrets }: Refusal): TelephonyError {
  const said = errorIn(body);
  const detail = explanation(said, secrets);
  const cause = detail === "" ? undefined : new Error(detail);
  const full = status === 403 && /concurren|simultaneous|5030/i.test(said);
  const meaning = full ? TOO_MANY_CALLS : status === 403 ? NOT_PERMITTED : undefined;
  return httpFault(status, { what, meaning, providerCode: full ? FULL : String(status), retryAfter, now, cause });
}

/** What Plivo says, without numbers and secrets. */
function explanation(said: string, secrets: readonly string[]): string {
  const text = redactSecrets(said, secrets).replaceAll(/\+?\d{5,}/g, maskNumber);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_DETAIL);
}

function errorIn(body: string): string {
  const { error } = (readJson(body) ?? {}) as { error?: unknown };
  return typeof error === "string" ? error : error === undefined ? "" : JSON.stringify(error);
}
