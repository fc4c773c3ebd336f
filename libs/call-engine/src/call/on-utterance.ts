import { TelephonyError } from "@openclaw/telephony-contract";
import type { Draft } from "./draft.ts";
import { endCall } from "./ending.ts";
import { waitForCaller } from "./idle.ts";
import type { AudioInput } from "./input.ts";
import { kick } from "./line.ts";
import { APOLOGY, apologise } from "./on-reply.ts";
import type { Spoken } from "./state.ts";
import { markInterrupted, noteHeard, noteSpoken } from "./transcript.ts";

type Of<Type extends AudioInput["type"]> = Extract<AudioInput, { type: Type }>;

/** The voice begins to say something: from here on it counts as said. */
export function onUtteranceStarted(draft: Draft, { id, at, firstAudioAt }: Of<"utteranceStarted">): void {
  const spoken = find(draft, id);
  if (!spoken || spoken.startedAt !== undefined) return;
  replace(draft, { ...spoken, startedAt: at });
  const { item } = spoken;
  if (item.kind === "say" && !item.filler) noteSpoken(draft, item, { at, ...(firstAudioAt !== undefined && { firstAudioAt }) });
}

/** The caller hears it. */
export function onUtteranceHeard(draft: Draft, id: string, at: number): void {
  const item = find(draft, id)?.item;
  if (item?.kind === "say" && !item.filler) noteHeard(draft, item, at);
}

/** Something is over: heard, skipped because the caller took the floor, or never said. */
export function onUtteranceEnded(draft: Draft, { id, outcome, heardMs, totalMs }: Of<"utteranceEnded">): void {
  const { media } = draft.state;
  const spoken = find(draft, id);
  if (!media || !spoken) return;
  const speaking = media.speaking.filter((one) => one.id !== id);
  draft.setMedia({ speaking, ...(speaking.length === 0 && { quietSince: draft.now }) });
  const { item, startedAt } = spoken;
  if (outcome === "skipped" && startedAt !== undefined && item.kind === "say" && !item.filler) markInterrupted(draft, item, totalMs > 0 ? heardMs / totalMs : 0);
  if (outcome === "failed" && item.kind === "say") voiceFailed(draft, item);
  waitForCaller(draft);
  kick(draft);
}

/** No voice could say it: whoever waits on it learns so, and the caller is told, or the call ends. */
function voiceFailed(draft: Draft, item: Extract<Spoken["item"], { kind: "say" }>): void {
  const { waiter, farewell, hangup, reply } = draft.state;
  if (hangup || item.filler) return;
  draft.log("error", "no voice could say something on a call");
  if (farewell || item.text === APOLOGY) return endCall(draft, "failed", "speech synthesis failed");
  if (waiter && item.turn === reply.turn) {
    draft.clear("waiter");
    draft.cancelTimer("transcript");
    const error = new TelephonyError("unavailable", "the question could not be spoken: speech synthesis failed", { retryable: true });
    draft.effect({ type: "settle", waiter: waiter.id, outcome: { ok: false, error } });
  }
  if (draft.state.media?.speaking.length === 0) apologise(draft);
}

function find({ state: { media } }: Draft, id: string): Spoken | undefined {
  return media?.speaking.find((one) => one.id === id);
}

function replace(draft: Draft, spoken: Spoken): void {
  const speaking = draft.state.media?.speaking ?? [];
  draft.setMedia({ speaking: speaking.map((one) => (one.id === spoken.id ? spoken : one)) });
}
