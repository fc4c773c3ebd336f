import { speechDurationMs, stepDurationMs } from "../conversation/speech-duration.ts";
import { agendaSteps } from "../conversation/say-steps.ts";
import { abandonReply } from "./abandon-reply.ts";
import type { Draft } from "./draft.ts";
import { drainMs, endCall } from "./ending.ts";
import { kick } from "./line.ts";
import { hasMedia, type CallState, type Farewell } from "./state.ts";

/**
 * Longest time for which a command to end the call waits for what is still being said. Programs give a request half a
 * minute, and the hang-up comes after it.
 */
const COMMAND_MS = 20_000;

/** Somebody wants the call to end: what is being said, and what waits to be, is heard first. Asked again, it ends at once. */
export function endOnCommand(draft: Draft, reason: string): void {
  if (draft.state.farewell) return endCall(draft, reason);
  sayGoodbye(draft, { reason, until: draft.now + COMMAND_MS });
}

/** Ends the call once there is nothing left that the caller should hear. Nothing new is begun. */
export function sayGoodbye(draft: Draft, farewell: Farewell): void {
  if (draft.ended || draft.state.hangup || draft.state.farewell) return;
  abandonReply(draft);
  const agenda = draft.state.agenda.filter(({ kind }) => kind !== "transfer");
  draft.set({ agenda, farewell });
  const heardBy = speaksUntil(draft);
  const { record } = draft;
  const unheard = agenda.length > 0 || heardBy > draft.now;
  if (!unheard || record.answeredAt === undefined || record.lifecycle === "transferring") return endCall(draft, farewell.reason, farewell.detail);
  const waiting = agendaSteps(draft.state).reduce((sum, step) => sum + stepDurationMs(step), 0);
  draft.startTimer("drain", drainMs(draft, waiting + Math.max(0, heardBy - draft.now)));
  kick(draft);
}

/** How long the voice has yet to speak, about. */
function voiceMs({ media }: CallState): number {
  const texts = media?.speaking.map(({ item }) => (item.kind === "say" ? item.text : item.digits)) ?? [];
  return texts.reduce((sum, text) => sum + speechDurationMs(text), 0);
}

/** When what is on the line now was heard, about. */
function speaksUntil({ line, pull, now, state }: Draft): number {
  if (hasMedia(state)) return now + voiceMs(state);
  if (line.phase !== "running") return now;
  const kind = line.plan.steps[line.index]?.kind;
  // Where the carrier tells the end of what it says, only that counts: it may be late.
  if (!pull && (kind === "say" || kind === "sendDigits")) return Math.max(line.speechEndsAt, now + 1);
  return !pull && kind === "pause" ? now : line.speechEndsAt;
}
