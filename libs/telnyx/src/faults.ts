import type { TelephonyError } from "@openclaw/telephony-contract";
import { httpFault, type FaultMeaning } from "@openclaw/telephony-kit";

const GONE: FaultMeaning = { code: "call-gone", says: "the call is over" };
const FULL: FaultMeaning = { code: "rate-limited", says: "all channels of the account are taken", retryable: true };
const REFUSED: FaultMeaning = { code: "auth-failed", says: "the account may not: look at its state and balance" };

/** What the carrier's own codes say beyond the status of the answer. */
const MEANINGS: Readonly<Record<string, FaultMeaning>> = {
  "90015": GONE,
  "90018": GONE,
  "20012": REFUSED,
  "20013": REFUSED,
  "20100": REFUSED,
  "10016": { code: "invalid-request", says: "a number is not one that the carrier can call" },
  "90034": { code: "unavailable", says: "the call is not answered yet", retryable: true },
  "90046": { code: "unavailable", says: "the audio connection did not come about: Telnyx has to reach the telephone's public URL" },
  "90045": { code: "unsupported", says: "Telnyx does not take it while audio is streamed" },
  "90041": FULL,
  "90042": FULL,
  "90043": FULL,
};

/** Code of "transcription is running already". */
export const TRANSCRIPTION_RUNS = "90054";
/** Code of "not while media is streamed", and of "no media is streamed". */
export const STREAM_RUNS = "90045";
export const NO_STREAM = "90048";

/**
 * What the SDK threw as an error of the contract; undefined where no answer came. The carrier's own words are left out, also
 * as the cause: they repeat numbers and parameters.
 */
export function toFault(error: unknown, what: string): TelephonyError | undefined {
  const { status, error: body, headers } = error as { status?: unknown; error?: unknown; headers?: unknown };
  if (typeof status !== "number") return undefined;
  const providerCode = codeOf(body);
  const header = (name: string) => (headers instanceof Headers ? headers.get(name) : null);
  const retryAfter = (status === 429 ? header("x-ratelimit-reset") : null) ?? header("retry-after");
  return httpFault(status, { what, meaning: MEANINGS[providerCode ?? ""], providerCode, retryAfter });
}

/** The first code in `{"errors":[{"code":"90018",…}]}`. */
function codeOf(body: unknown): string | undefined {
  const code = (body as { errors?: readonly ({ code?: unknown } | null)[] } | null | undefined)?.errors?.[0]?.code;
  return typeof code === "string" && /^\d{1,10}$/.test(code) ? code : undefined;
}
