import { isTelephonyError, type CallRef, type CarrierCallStatus, type EndReason } from "@openclaw/telephony-contract";
import type { CallAnswer, PlivoClient } from "./client.ts";
import { endReason } from "./ending.ts";

/** The id of the call itself, as far as a webhook brought it; until then there is only that of the request to call. */
export function callUuidOf({ carrierState }: Pick<CallRef, "carrierState">): string | undefined {
  const { callUuid } = (carrierState ?? {}) as { callUuid?: unknown };
  return typeof callUuid === "string" && callUuid !== "" ? callUuid : undefined;
}

/** What Plivo knows of a call: among the live ones, among the queued ones, among those that are over. */
export async function statusOf(client: PlivoClient, call: CallRef, signal: AbortSignal): Promise<CarrierCallStatus> {
  try {
    const callUuid = callUuidOf(call);
    for (const id of callUuid === undefined ? call.carrierIds : [callUuid]) {
      const live = await client.look("live", id, signal);
      if (live) return { ...liveState(live), ...idsOf(live) };
      const queued = callUuid === undefined && (await client.look("queued", id, signal));
      if (queued) return { state: "ringing", ...idsOf(queued) };
      const record = await client.look("record", id, signal);
      if (record) return { state: "ended", reason: recordedReason(record), ...idsOf(record) };
    }
    // The id of a request may be unknown to Plivo while its call goes on under another one.
    return { state: callUuid === undefined ? "unknown" : "ended" };
  } catch (error) {
    if (isTelephonyError(error) && error.retryable) return { state: "unknown" };
    throw error;
  }
}

function liveState({ callStatus }: CallAnswer): { state: CarrierCallStatus["state"] } {
  if (callStatus === "in-progress") return { state: "answered" };
  return { state: callStatus === "ringing" || callStatus === "queued" ? "ringing" : "unknown" };
}

function recordedReason({ hangupCauseCode, callState = "" }: CallAnswer): EndReason {
  const state = callState.toLowerCase();
  return endReason(String(hangupCauseCode), state === "answer" ? "completed" : state);
}

function idsOf({ callUuid, requestUuid }: CallAnswer): { carrierIds?: readonly string[] } {
  const ids = [callUuid ?? [], requestUuid ?? []].flat().filter((id) => id !== "");
  return ids.length > 0 ? { carrierIds: [...new Set(ids)] } : {};
}
