import { emptyLine } from "../call/line.ts";
import type { CallState, MediaState } from "../call/state.ts";
import type { Lease } from "../carriers/pool.ts";
import type { CallRecord } from "../record.ts";
import type { TelephoneSettings } from "../settings.ts";

/** What a new call is made of. */
export interface NewCall
  extends Pick<CallRecord, "callId" | "direction" | "mode" | "from" | "to">,
    Partial<Pick<CallRecord, "admission" | "route" | "agentId" | "sessionKey" | "requesterSessionKey" | "carrierIds" | "carrierState" | "attestation">> {
  readonly dialDigits?: string;
}

/** A call before its first breath. */
export function newCall(call: NewCall, lease: Lease, settings: TelephoneSettings, now: number, nonce: string): CallState {
  const { dialDigits, ...known } = call;
  const record: CallRecord = {
    carrierIds: [],
    ...known,
    lifecycle: "initiated",
    carrier: lease.id,
    audioMode: settings.audioMode,
    createdAt: now,
    history: [{ state: "initiated", at: now }],
    transcript: [],
    deadlines: { ringBy: now + settings.ringTimeoutMs, endBy: now + settings.ringTimeoutMs + settings.maxDurationMs },
    revision: 0,
  };
  return { ...stateOf(record, lease, settings, now, nonce), ...(dialDigits !== undefined && { dialDigits }) };
}

/** A live state around a record: new, or found after a restart. */
export function stateOf(record: CallRecord, lease: Lease, settings: TelephoneSettings, now: number, nonce: string): CallState {
  return {
    record,
    settings,
    capabilities: lease.capabilities,
    line: emptyLine(record.callId, record.revision, nonce),
    agenda: [],
    reply: { turn: 0, open: false, heardAt: 0 },
    floorUntil: 0,
    lastActivityAt: now,
    ...(record.audioMode !== "native" && { media: noMedia(now) }),
  };
}

function noMedia(now: number): MediaState {
  return { phase: "awaited", token: "", url: "", failures: 0, speaking: [], next: 1, quietSince: now };
}
