import { TelephonyError, isTelephonyError } from "@openclaw/telephony-contract";
import { httpFault, type FaultMeaning } from "@openclaw/telephony-kit";
import type { Encounter } from "./client.ts";

/** Twilio's own codes that say more than the HTTP status (twilio.com/docs/api/errors). */
const MEANINGS: Readonly<Record<number, FaultMeaning>> = {
  20003: { code: "auth-failed", says: 'Twilio refuses the credentials: check "accountSid", "authToken" and the region that they belong to' },
  21210: { code: "invalid-request", says: 'the number to call from is not verified: use a number of the account as "fromNumber"' },
  21211: { code: "invalid-request", says: "the number to call is not valid" },
  21212: { code: "invalid-request", says: 'the number to call from is not valid: use a number of the account as "fromNumber"' },
  21215: { code: "invalid-request", says: "the account may not call this country: allow it under Voice, Geo permissions, in Twilio's console" },
  21217: { code: "invalid-request", says: "the number to call is not valid" },
  21219: { code: "invalid-request", says: "a trial account calls verified numbers only: verify the number, or upgrade the account" },
  21220: { code: "call-gone", says: "the call is not in progress" },
};

/** Errors of connections that were never made: the request cannot have been carried out. */
const NEVER_SENT: readonly string[] = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];

/**
 * What the SDK or the connection threw, as an error of the contract. What Twilio wrote is left out, since it repeats the
 * numbers that it was given; its code is not.
 */
export function restFault(what: string, error: unknown, { sent, status, retryAfter }: Encounter, now: number): TelephonyError {
  if (isTelephonyError(error)) return error;
  if (!sent) return new TelephonyError("internal", `${what}: the request could not be made`, { cause: error });
  if (status === undefined) return new TelephonyError("unavailable", `${what}: Twilio could not be reached`, { retryable: true, cause: error });
  // A success that cannot be read: nobody knows what it said.
  if (status < 400) return new TelephonyError("unavailable", `${what}: Twilio's answer cannot be read (HTTP ${status})`, { retryable: true, cause: error });
  const providerCode = codeOf(error);
  const meaning = providerCode === undefined ? undefined : MEANINGS[Number(providerCode)];
  return httpFault(status, { what, meaning, providerCode, retryAfter, now });
}

/** Twilio's code, where what was thrown is a refusal of Twilio's in either of its two shapes. */
function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "number" && code > 0 ? String(code) : undefined;
}

/** Codes of a refused dial that leave open whether it rings. */
const AMBIGUOUS: readonly string[] = ["unavailable", "timeout", "aborted"];

/** What a failed dial comes to: a plain refusal as it is, and `dial-unknown` for everything after which it may ring. */
export function dialFault(error: unknown): TelephonyError {
  const fault = isTelephonyError(error) ? error : new TelephonyError("internal", "Placing the call failed", { cause: error });
  if (fault.code === "call-gone") {
    return new TelephonyError("config-invalid", 'Placing the call: Twilio does not know the account there: check "accountSid", "region" and "baseUrl"', { cause: fault });
  }
  if (!AMBIGUOUS.includes(fault.code) || wasNeverSent(fault)) return fault;
  return new TelephonyError("dial-unknown", "Placing the call: it is not known whether Twilio took it", { cause: fault });
}

function wasNeverSent({ cause }: TelephonyError): boolean {
  // `fetch` wraps what the connection threw.
  const beneath = cause instanceof Error ? (cause.cause as { code?: unknown } | undefined) : undefined;
  return NEVER_SENT.includes(String(beneath?.code));
}
