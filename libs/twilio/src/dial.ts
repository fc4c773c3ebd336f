import { TelephonyError, type DialRequest, type DialResult } from "@openclaw/telephony-contract";
import { requireE164, wholeSeconds } from "@openclaw/telephony-kit";
import { MAX_DIAL_DIGITS } from "./capabilities.ts";
import type { NewCall, TwilioClient } from "./client.ts";
import { renderPlan } from "./document.ts";
import { dialFault } from "./faults.ts";

/** Characters of the longest document that goes along with a new call. */
const MAX_INLINE_CHARS = 4_000;
/** Seconds of the longest ring time-out. */
const MAX_RING_S = 600;
const DIAL_DIGITS = new RegExp(`^[0-9A-D#*wW]{1,${MAX_DIAL_DIGITS}}$`);

/** Places a call, with one request. Rejects with `dial-unknown` where it may ring nevertheless. */
export async function dial(client: TwilioClient, request: DialRequest, signal: AbortSignal): Promise<DialResult> {
  const call = newCall(request);
  if (signal.aborted) throw new TelephonyError("aborted", "Placing the call was cancelled before it began", { cause: signal.reason });
  try {
    const { sid } = await client.create(call, signal);
    return { carrierIds: [sid], delivery: call.twiml === undefined ? "will-fetch" : "inline" };
  } catch (error) {
    throw dialFault(error);
  }
}

function newCall({ from, to, plan, urls, ringTimeoutMs, maxDurationMs, dialDigits, machineDetection }: DialRequest): NewCall {
  requireE164(from);
  requireE164(to);
  const digits = dialDigits?.replace(/[a-d]/g, (key) => key.toUpperCase());
  if (digits !== undefined && !DIAL_DIGITS.test(digits)) {
    throw new TelephonyError("invalid-request", `Keys at the begin of a call are 1 to ${MAX_DIAL_DIGITS} of 0-9 A-D * #, with w and W as pauses`);
  }
  const { body } = renderPlan(plan, urls);
  return {
    from,
    to,
    ...(body.length <= MAX_INLINE_CHARS ? { twiml: body } : { url: urls.document, method: "POST" }),
    statusCallback: urls.status,
    statusCallbackMethod: "POST",
    statusCallbackEvent: ["initiated", "ringing", "answered", "completed"],
    timeout: wholeSeconds(ringTimeoutMs, { max: MAX_RING_S }),
    timeLimit: wholeSeconds(maxDurationMs),
    ...(digits !== undefined && { sendDigits: digits }),
    ...(machineDetection && {
      // A person is reported as fast as by `Enable`; a machine when its greeting is over, so that a message is heard in full.
      machineDetection: "DetectMessageEnd",
      asyncAmd: "true",
      asyncAmdStatusCallback: urls.machine,
      asyncAmdStatusCallbackMethod: "POST",
    }),
  };
}
