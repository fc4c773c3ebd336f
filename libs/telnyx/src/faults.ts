import { TelephonyError, type TelephonyErrorCode } from "@openclaw/telephony-contract";
import { httpFault } from "@openclaw/telephony-kit";

interface Meaning {
  readonly code: TelephonyErrorCode;
  readonly says: string;
  readonly retryable?: boolean;
}

const GONE: Meaning = { code: "call-gone", says: "the call is over" };
const FULL: Meaning = { code: "rate-limited", says: "all channels of the account are taken", retryable: true };
const REFUSED: Meaning = { code: "auth-failed", says: "the account refuses: check apiKey and the account's state and balance" };

/** What the carrier's own codes say beyond the status of the answer. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  "10005": GONE,
  "90015": GONE,
  "90018": GONE,
  "10009": REFUSED,
  "10010": REFUSED,
  "20012": REFUSED,
  "20013": REFUSED,
  "20100": REFUSED,
  "10011": { code: "rate-limited", says: "the carrier asks for fewer requests", retryable: true },
  "10016": { code: "invalid-request", says: "a number is not one that the carrier can call" },
  "10037": { code: "unavailable", says: "the carrier is not available", retryable: true },
  "90034": { code: "unavailable", says: "the call is not answered yet", retryable: true },
  "90041": FULL,
  "90042": FULL,
  "90043": FULL,
};

/** Code of "transcription is running already". */
export const TRANSCRIPTION_RUNS = "90054";

/**
 * What the SDK threw as an error of the contract; undefined where no answer came. The carrier's own words are left out, also
 * as the cause: they repeat numbers and parameters.
 */
export function toFault(error: unknown, what: string): TelephonyError | undefined {
  const { status, error: body, headers } = error as { status?: unknown; error?: unknown; headers?: unknown };
  if (typeof status !== "number") return undefined;
  const providerCode = codeOf(body);
  const retryAfter = headers instanceof Headers ? (headers.get("x-ratelimit-reset") ?? headers.get("retry-after")) : undefined;
  const meaning = providerCode === undefined ? undefined : MEANINGS[providerCode];
  if (!meaning || status >= 500) return httpFault(status, { what, providerCode, retryAfter });
  const { code, says, retryable = false } = meaning;
  const seconds = code === "rate-limited" && /^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) : undefined;
  return new TelephonyError(code, `${what}: ${says} (Telnyx ${providerCode})`, {
    retryable,
    ...(providerCode !== undefined && { providerCode }),
    ...(seconds !== undefined && { retryAfterMs: seconds * 1000 }),
  });
}

/** The first code in `{"errors":[{"code":"90018",…}]}`. */
function codeOf(body: unknown): string | undefined {
  const errors = (body as { errors?: unknown } | undefined)?.errors;
  const code: unknown = Array.isArray(errors) ? (errors[0] as { code?: unknown } | undefined)?.code : undefined;
  return typeof code === "string" && /^\d{1,10}$/.test(code) ? code : undefined;
}
