import type { CallEvent, JsonValue } from "@openclaw/telephony-contract";
import { isEnded, type CallRecord } from "../record.ts";

/** Ids by which one carrier may know one call; real ones have two or three. */
const MAX_CARRIER_IDS = 16;
/** Limit of the contract for what a carrier may keep with a call. */
const MAX_CARRIER_STATE_BYTES = 4096;

/** The record with what is new about how the carrier calls it. The same record where nothing is. */
export function withIdentity(record: CallRecord, ids: readonly string[], carrierState?: JsonValue): CallRecord {
  const fresh = ids.filter((id) => id !== "" && !record.carrierIds.includes(id));
  const fits = carrierState !== undefined && Buffer.byteLength(JSON.stringify(carrierState)) <= MAX_CARRIER_STATE_BYTES;
  if (fresh.length === 0 && !fits) return record;
  return {
    ...record,
    carrierIds: [...new Set([...record.carrierIds, ...fresh])].slice(0, MAX_CARRIER_IDS),
    ...(fits && { carrierState }),
  };
}

/** The record with how the carriers vouch for the calling number, where the event says so. */
export function withAttestation(record: CallRecord, event: CallEvent): CallRecord {
  const attestation = event.type === "ringing" || event.type === "answered" ? event.attestation : undefined;
  return attestation === undefined || attestation === record.attestation ? record : { ...record, attestation };
}

/** A late word may complete the record of a finished call: who it was, when it rang. It has no other effect. */
export function withLateWord(record: CallRecord, event: CallEvent): CallRecord {
  const known = withAttestation(withIdentity(record, event.carrierIds, event.carrierState), event);
  if (event.type === "machine" && known.machine === undefined) return { ...known, machine: event.verdict };
  if (event.type === "ended" && known.endReason === "transferred") return { ...known, endedAt: event.occurredAt };
  if (event.type === "answered" && known.answeredAt === undefined) return { ...known, answeredAt: event.occurredAt };
  if (event.type === "ringing" && known.ringingAt === undefined) return { ...known, ringingAt: event.occurredAt };
  return known;
}

/** A record that ends without its call: there is nobody left to ask. */
export function endedRecord(record: CallRecord, reason: string, detail: string, now: number): CallRecord {
  if (isEnded(record)) return record;
  return {
    ...record,
    lifecycle: "ended",
    endedAt: now,
    endReason: reason,
    endDetail: detail,
    history: [...record.history, { state: "ended", at: now }],
  };
}
