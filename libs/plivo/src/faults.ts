import { TelephonyError } from "@openclaw/telephony-contract";
import { httpFault, maskNumber, redactSecrets } from "@openclaw/telephony-kit";

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
  if (status !== 403) return httpFault(status, { what, providerCode: String(status), retryAfter, now, cause });
  const options = cause && { cause };
  if (/concurren|simultaneous|5030/i.test(said)) {
    const message = `${what}: the account has as many calls as it may have at one time (HTTP 403)`;
    return new TelephonyError("rate-limited", message, { ...options, retryable: true, providerCode: "5030" });
  }
  const message = `${what}: the account may not do this. Look at its geo permissions, its balance and its numbers in Plivo's console (HTTP 403)`;
  return new TelephonyError("not-permitted", message, { ...options, providerCode: "403" });
}

/** What Plivo says, without numbers and secrets. */
function explanation(said: string, secrets: readonly string[]): string {
  const text = redactSecrets(said, secrets).replaceAll(/\+?\d{5,}/g, maskNumber);
  return text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_DETAIL);
}

function errorIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === "string" ? error : error === undefined ? "" : JSON.stringify(error);
  } catch {
    return "";
  }
}
