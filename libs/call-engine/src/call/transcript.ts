import type { TranscriptTurn, TurnLatency } from "../record.ts";
import type { Draft } from "./draft.ts";
import type { AgendaItem, ReplyTimes } from "./state.ts";

/**
 * Turns that a record keeps: three hundred seconds hold far fewer, and one that talks for hours does not grow for ever.
 */
export const MAX_TRANSCRIPT_TURNS = 2000;

/** Adds what was said to the record. The oldest goes where there are too many. */
export function addTurn(draft: Draft, turn: TranscriptTurn): void {
  draft.write({ transcript: [...draft.record.transcript, turn].slice(-MAX_TRANSCRIPT_TURNS) });
}

/** When something of ours was on the line. Absent on a line that does not tell: now. */
interface SpokenAt {
  readonly at: number;
  /** When the voice gave its first audio. */
  readonly firstAudioAt?: number;
}

type Say = Extract<AgendaItem, { kind: "say" }>;

/** Something of ours is on the line: it joins the entry of its reply, or makes one. */
export function noteSpoken(draft: Draft, item: Say, { at, firstAudioAt }: SpokenAt = { at: draft.now }): void {
  const { reply, record } = draft.state;
  const belongs = item.turn !== undefined && item.turn === reply.turn;
  if (!belongs) return addTurn(draft, { speaker: "agent", text: item.text, at });
  const last = record.transcript.length - 1;
  const entry = record.transcript[last];
  if (reply.entry !== undefined && entry?.speaker === "agent") {
    const joined = { ...entry, text: `${entry.text} ${item.text}` };
    return draft.write({ transcript: [...record.transcript.slice(0, last), joined] });
  }
  // Before the caller has said anything there is nothing that an answer could be late for.
  const since = (time: number) => Math.max(0, time - reply.heardAt);
  const latency = reply.times && turnLatency(reply.times, since, { at, ...(firstAudioAt !== undefined && { firstAudioAt }) });
  addTurn(draft, { speaker: "agent", text: item.text, at, ...(reply.heardAt > 0 && { turnLatencyMs: since(at) }), ...(latency && { latency }) });
  draft.set({ reply: { ...reply, entry: draft.record.transcript.length - 1 } });
}

function turnLatency({ finalAt, firstTokenAt, firstSentenceAt }: ReplyTimes, since: (time: number) => number, { at, firstAudioAt }: SpokenAt): TurnLatency {
  return {
    finalTranscriptMs: since(finalAt),
    ...(firstTokenAt !== undefined && { firstTokenMs: since(firstTokenAt) }),
    ...(firstSentenceAt !== undefined && { firstSentenceMs: since(firstSentenceAt) }),
    ...(firstAudioAt !== undefined && { firstAudioMs: since(firstAudioAt) }),
    firstFrameSentMs: since(at),
  };
}

/** The caller hears the first words of the answer. */
export function noteHeard(draft: Draft, item: Say, at: number): void {
  const { reply } = draft.state;
  if (item.turn === undefined || item.turn !== reply.turn) return;
  changeEntry(draft, reply.entry, (entry) =>
    entry.latency && entry.latency.firstFrameHeardMs === undefined
      ? { ...entry, latency: { ...entry.latency, firstFrameHeardMs: Math.max(0, at - reply.heardAt) } }
      : undefined,
  );
}

/** The caller did not hear all of it: what stands in the transcript is what was heard, about. */
export function markInterrupted(draft: Draft, { text }: Say, part: number): void {
  const index = draft.record.transcript.findLastIndex((entry) => entry.speaker === "agent" && entry.text.endsWith(text));
  changeEntry(draft, index, (entry) => {
    const before = entry.text.slice(0, entry.text.length - text.length);
    return { ...entry, text: `${before}${heardPart(text, part)}`.trim(), interrupted: true };
  });
}

/** The words of a text that fit into a part of its time. */
function heardPart(text: string, part: number): string {
  const words = text.split(" ");
  const heard = Math.min(words.length, Math.ceil(words.length * part));
  return heard < words.length ? `${words.slice(0, heard).join(" ")}…` : text;
}

function changeEntry(draft: Draft, index: number | undefined, change: (entry: TranscriptTurn) => TranscriptTurn | undefined): void {
  const { transcript } = draft.record;
  const entry = index === undefined ? undefined : transcript[index];
  const changed = entry && change(entry);
  if (changed) draft.write({ transcript: transcript.map((one) => (one === entry ? changed : one)) });
}
