import { TelephonyError, type TelephonyErrorCode } from "@openclaw/telephony-contract";

/** What is known about a refused request besides its status. */
export interface HttpFaultOptions {
  /** Names the work in the message, for example `"Hanging up"`. */
  readonly what: string;
  /** What the provider's own code says; counts in place of the status. */
  readonly meaning?: FaultMeaning | undefined;
  /** The provider's own code, as it wrote it. */
  readonly providerCode?: string | undefined;
  /** The value of the `Retry-After` header: seconds, or an HTTP date. */
  readonly retryAfter?: string | null | undefined;
  /** Milliseconds since the epoch, `clock.now()`. Without it a `retryAfter` that is a date is not understood. */
  readonly now?: number | undefined;
  /** The error beneath. */
  readonly cause?: unknown;
}

/** What a refusal means. */
export interface FaultMeaning {
  /** One of the codes that the telephone acts on, or a further one of the provider. */
  readonly code: TelephonyErrorCode | (string & {});
  /** For people: what happened, and what to do about it. */
  readonly says: string;
  /** Default false. */
  readonly retryable?: boolean;
}

/**
 * The error of the contract for an HTTP status that is no success (meanings by RFC 9110):
 *
 * - 401 and 403: `auth-failed`
 * - 404: `call-gone`
 * - 429: `rate-limited`, retryable
 * - 408 and 5xx: `unavailable`, retryable
 * - other 4xx: `invalid-request`
 * - anything else, which no request of a provider should lead to: `internal`
 *
 * A retryable one says in `retryAfterMs` what `retryAfter` says. A provider whose own codes say more gives a `meaning`.
 */
export function httpFault(status: number, { what, meaning, providerCode, retryAfter, now, cause }: HttpFaultOptions): TelephonyError {
  const { code, says, retryable = false } = meaning ?? meaningOf(status);
  const retryAfterMs = retryable ? readRetryAfter(retryAfter, now) : undefined;
  const origin = meaning && providerCode !== undefined ? `HTTP ${status}, ${providerCode}` : `HTTP ${status}`;
  return new TelephonyError(code, `${what}: ${says} (${origin})`, {
    retryable,
    cause,
    ...(providerCode !== undefined && { providerCode }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function meaningOf(status: number): FaultMeaning {
  if (status === 401 || status === 403) return { code: "auth-failed", says: "the provider refuses the credentials or what they may do" };
  if (status === 404) return { code: "call-gone", says: "the provider does not know it, or no longer" };
  if (status === 429) return { code: "rate-limited", says: "the provider asks for fewer requests", retryable: true };
  if (status === 408 || (status >= 500 && status <= 599)) {
    return { code: "unavailable", says: "the provider is faulty or busy at the moment", retryable: true };
  }
  if (status >= 400 && status <= 499) return { code: "invalid-request", says: "the provider refuses the request as wrong" };
  return { code: "internal", says: "the provider gave an answer that does not fit the request" };
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, the form in which RFC 9110 has dates written. `Date.parse` alone takes any number for a year. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Milliseconds to wait; undefined where the value says nothing that can be understood. */
function readRetryAfter(value: string | null | undefined, now: number | undefined): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (now === undefined || !HTTP_DATE.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
