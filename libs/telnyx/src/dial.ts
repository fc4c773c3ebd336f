import type { CallDialParams } from "telnyx/resources/calls/calls";
import type { DialRequest } from "@openclaw/telephony-contract";
import { requireE164, wholeSeconds } from "@openclaw/telephony-kit";
import type { TelnyxConfig } from "./config.ts";
import { tagged } from "./leg-state.ts";
import { pressingTime, requireKeys } from "./numbers.ts";

/** Seconds that `timeout_secs` takes. */
export const RING_S = { min: 5, max: 600 };
/** Seconds that `time_limit_secs` takes. The API reference says up to 14400, the table of error codes up to 14000. */
const DURATION_S = { min: 60, max: 14_000 };

/** The request that places a call. Throws an `invalid-request` error for numbers or keys that are none. */
export function dialBody({ callId, from, to, plan, urls, ringTimeoutMs, maxDurationMs, dialDigits, machineDetection }: DialRequest, config: TelnyxConfig): CallDialParams {
  requireE164(from);
  requireE164(to);
  if (dialDigits) requireKeys(dialDigits);
  return {
    connection_id: config.connectionId,
    from,
    to,
    // The id is the same for every attempt at this call: should anything send it twice, the carrier ignores the second.
    ...tagged({ callId, nonce: plan.nonce, activity: "dial", ...(dialDigits && { pressingMs: pressingTime(dialDigits) }) }, callId, "dial"),
    webhook_url: urls.status,
    webhook_url_method: "POST",
    timeout_secs: wholeSeconds(ringTimeoutMs, RING_S),
    time_limit_secs: wholeSeconds(maxDurationMs, DURATION_S),
    ...(dialDigits && { send_digits_on_answer: dialDigits }),
    // A person is told from a machine at once, and the end of the machine's greeting is told as well.
    ...(machineDetection && { answering_machine_detection: "greeting_end" }),
  };
}
