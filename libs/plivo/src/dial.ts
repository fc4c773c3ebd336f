import { TelephonyError, type DialRequest, type DialResult } from "@openclaw/telephony-contract";
import { requireE164, wholeSeconds } from "@openclaw/telephony-kit";
import type { PlivoClient } from "./client.ts";
import { PLIVO_KEYS, toPlivoNumber } from "./numbers.ts";

/** Length of a pressed key in milliseconds. Plivo's own two seconds are more than menus wait for. */
const KEY_MS = 250;
/** Longest call that Plivo allows, in seconds. */
const MAX_CALL_S = 86_400;

/** Places a call. Plivo asks for the first document when it was answered. */
export async function dial(client: PlivoClient, request: DialRequest): Promise<DialResult> {
  checkDial(request);
  const { from, to, urls, signal } = request;
  const numbers = { from: toPlivoNumber(from), to: toPlivoNumber(to) };
  const { requestUuid } = await client.create(numbers, urls.document, parameters(request), signal);
  const carrierIds = [requestUuid ?? []].flat().filter((id) => typeof id === "string" && id !== "");
  if (carrierIds.length === 0) throw new TelephonyError("dial-unknown", "Placing the call: Plivo's answer names no call");
  return { carrierIds, delivery: "will-fetch" };
}

function checkDial({ from, to, dialDigits = "" }: DialRequest): void {
  requireE164(from);
  requireE164(to);
  if (!PLIVO_KEYS.test(dialDigits)) throw new TelephonyError("invalid-request", "Plivo presses the keys 0-9 * #, with w and W as pauses");
}

function parameters({ urls, ringTimeoutMs, maxDurationMs, dialDigits = "", machineDetection = false }: DialRequest): object {
  return {
    answer_method: "POST",
    // Without a URL of its own the end of a call is reported where documents are asked for. A fallback URL would lead to us as well.
    hangup_url: urls.status,
    hangup_method: "POST",
    ring_url: urls.status,
    ring_method: "POST",
    ring_timeout: wholeSeconds(ringTimeoutMs),
    time_limit: wholeSeconds(maxDurationMs, { max: MAX_CALL_S }),
    ...(dialDigits !== "" && { send_digits: `${dialDigits}@${KEY_MS}` }),
    // With a URL for the verdict the call goes on at once.
    ...(machineDetection && { machine_detection: "true", machine_detection_url: urls.machine, machine_detection_method: "POST" }),
  };
}
