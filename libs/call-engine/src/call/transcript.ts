import type { TranscriptTurn } from "../record.ts";
import type { Draft } from "./draft.ts";
import type { AgendaItem } from "./state.ts";

/**
 * Turns that a record keeps: three hundred seconds hold far fewer, and one that talks for hours does not grow for ever.
 */
export const MAX_TRANSCRIPT_TURNS = 2000;

/** Adds what was said to the record. The oldest goes where there are too many. */
export function addTurn(draft: Draft, turn: TranscriptTurn): void {
  draft.write({ transcript: [...draft.record.transcript, turn].slice(-MAX_TRANSCRIPT_TURNS) });
}

/** Something of ours is on the line: it joins the entry of its reply, or makes one. */
export function noteSpoken(draft: Draft, item: Extract<AgendaItem, { kind: "say" }>): void {
  const { reply, record } = draft.state;
  const belongs = item.turn !== undefined && item.turn === reply.turn;
  if (!belongs) return addTurn(draft, { speaker: "agent", text: item.text, at: draft.now });
  const last = record.transcript.length - 1;
  const entry = record.transcript[last];
  if (reply.entry !== undefined && entry?.speaker === "agent") {
    const joined = { ...entry, text: `${entry.text} ${item.text}` };
    return draft.write({ transcript: [...record.transcript.slice(0, last), joined] });
  }
  // Before the caller has said anything there is nothing that an answer could be late for.
  const latency = reply.heardAt > 0 ? { turnLatencyMs: Math.max(0, draft.now - reply.heardAt) } : {};
  addTurn(draft, { speaker: "agent", text: item.text, at: draft.now, ...latency });
  draft.set({ reply: { ...reply, entry: draft.record.transcript.length - 1 } });
}
