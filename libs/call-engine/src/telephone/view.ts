import type { CallState, MediaState } from "../call/state.ts";
import type { CallView } from "../commands.ts";
import { isEnded, type CallRecord } from "../record.ts";

/** A call for people and programs. A live one also says what it is doing. */
export function viewOf(record: CallRecord, state?: CallState): CallView {
  const { transcript } = record;
  const turnLatencyMs = transcript.findLast((turn) => turn.turnLatencyMs !== undefined)?.turnLatencyMs;
  const listenWaitMs = transcript.findLast((turn) => turn.listenWaitMs !== undefined)?.listenWaitMs;
  const [carrierCallId] = record.carrierIds;
  const over = isEnded(record);
  return {
    callId: record.callId,
    carrier: record.carrier,
    ...(carrierCallId !== undefined && { carrierCallId }),
    direction: record.direction,
    mode: record.mode,
    state: over ? (record.endReason ?? "completed") : record.lifecycle,
    ...(state && !over && { activity: activityOf(state) }),
    from: record.from,
    to: record.to,
    ...pick(record, ["admission", "agentId", "sessionKey", "answeredAt", "endedAt", "endReason", "endDetail", "attestation", "voice", "machine", "transferredTo"]),
    startedAt: record.createdAt,
    transcript,
    ...(turnLatencyMs !== undefined && { turnLatencyMs }),
    ...(listenWaitMs !== undefined && { listenWaitMs }),
  };
}

function activityOf(state: CallState): NonNullable<CallView["activity"]> {
  const { line, reply } = state;
  if (state.record.answeredAt === undefined) return "idle";
  if (state.media && state.media.phase !== "over") return liveActivity(state, state.media);
  if (line.phase === "running") {
    const step = line.index >= 0 ? line.plan.steps[line.index] : line.plan.steps.at(-1);
    if (step?.kind === "transfer") return "idle";
    return step?.kind === "listen" ? "listening" : "speaking";
  }
  return reply.open ? "thinking" : "idle";
}

/** The members that are there. */
function pick<Of extends object, Key extends keyof Of>(from: Of, keys: readonly Key[]): Partial<Pick<Of, Key>> {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]])) as Partial<Pick<Of, Key>>;
}

/** What a call with live audio is doing: the caller may speak at any time, so listening is what remains. */
function liveActivity({ reply }: CallState, { phase, speaking }: MediaState): NonNullable<CallView["activity"]> {
  if (speaking.length > 0) return "speaking";
  if (reply.open) return "thinking";
  return phase === "up" ? "listening" : "idle";
}
