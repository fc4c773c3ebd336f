import type { CallEvent } from "@openclaw/telephony-contract";
import { withLateWord } from "../call/identity.ts";
import type { EnginePorts } from "../ports.ts";
import { isEnded } from "../record.ts";

/** Folds an event into the record of a call that is no longer live: one call stays one record, and nothing happens. */
export function foldLateEvent(ports: EnginePorts, callId: string, event: CallEvent): void {
  const record = ports.store.get(callId);
  if (!record || !isEnded(record) || ports.store.hasEvent(callId, event.dedupeKey)) return;
  ports.log.debug("event after the end of the call", { callId, event: event.type });
  ports.store.commit({ record: withLateWord(record, event), eventKeys: [event.dedupeKey] });
}
