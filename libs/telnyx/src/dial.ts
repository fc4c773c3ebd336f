import type { CallDialParams } from "telnyx/resources/calls/calls";
import { TelephonyError, type DialRequest } from "@openclaw/telephony-contract";
import { areKeys } from "./capabilities.ts";
import type { TelnyxConfig } from "./config.ts";
import { tagged } from "./leg-state.ts";
import { requireNumber } from "./numbers.ts";

/** Seconds that `timeout_secs` takes. */
const RING_S = { min: 5, max: 600 };
/** Seconds that `time_limit_secs` takes. The API reference says up to 14400, the table of error codes up to 14000. */
const DURATION_S = { min: 60, max: 14_000 };

/** The request that places a call. Throws an `invalid-request` error for numbers or keys that are none. */
export function dialBody({ callId, from, to, plan, urls, ringTimeoutMs, maxDurationMs, dialDigits, machineDetection }: DialRequest, config: TelnyxConfig): CallDialParams {
  requireNumber(from);
  requireNumber(to);
  if (dialDigits !== undefined && dialDigits !== "" && !areKeys(dialDigits)) {
    throw new TelephonyError("invalid-request", "Keys to press are 0-9 A-D * #, with w and W as pauses");
  }
  return {
    connection_id: config.connectionId,
    from,
    to,
    // The id is the same for every attempt at this call: should anything send it twice, the carrier ignores the second.
    ...tagged({ callId, nonce: plan.nonce, activity: "dial" }, callId, "dial"),
    webhook_url: urls.status,
    webhook_url_method: "POST",
    timeout_secs: ringSeconds(ringTimeoutMs),
    time_limit_secs: clampSeconds(maxDurationMs, DURATION_S),
    ...(dialDigits ? { send_digits_on_answer: dialDigits } : {}),
    ...(machineDetection ? { answering_machine_detection: config.machineDetection } : {}),
  };
}

/** Milliseconds of ringing as the seconds that the carrier takes: 5 to 600. */
export function ringSeconds(ms: number): number {
  return clampSeconds(ms, RING_S);
}

function clampSeconds(ms: number, { min, max }: { readonly min: number; readonly max: number }): number {
  return Math.min(max, Math.max(min, Math.ceil(ms / 1000)));
}
