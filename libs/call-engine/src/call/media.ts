import type { Draft } from "./draft.ts";
import { onAnswered } from "./answered.ts";
import { abandonReply } from "./abandon-reply.ts";
import { endCall, hangUpAsPlanned } from "./ending.ts";
import { deliver, enqueue, free, kick, nudge, replan } from "./line.ts";
import type { Spoken } from "./state.ts";

/** How long a carrier that was told to connect the audio may take. */
export const CONNECT_MS = 10_000;
/** How long a connection that was lost may stay away. */
const GRACE_MS = 2000;
/** Connections in a row that do not come about before it is given up. */
const MAX_FAILURES = 3;
/** A connection that held for so long is a good one, in milliseconds; and how many in a row may be none. */
const STEADY_MS = 5000;
const MAX_DROPS = 5;
/** What the caller hears, by the carrier's own voice, when there is no audio connection. */
const NO_AUDIO = "Sorry, there is a technical problem with this call. Please try again later.";

/** Lets the carrier connect, with a token of its own: every earlier one is void. */
export function awaitMedia(draft: Draft): void {
  const token = draft.nonce();
  draft.setMedia({ token, url: draft.mediaUrl(token) });
  draft.effect({ type: "expectMedia", token });
}

/** The audio flows. Whoever talks to us has been put through, whether or not the carrier says so. */
export function onMediaUp(draft: Draft): void {
  const { media, hangup } = draft.state;
  if (!media || draft.ended || hangup) return;
  draft.cancelTimer("media");
  const first = media.phase === "awaited";
  draft.setMedia({ phase: "up", failures: 0, upSince: draft.now, ...(first && { quietSince: draft.now }) });
  draft.set({ lastActivityAt: draft.now });
  onAnswered(draft, draft.now);
  kick(draft);
}

/** The audio stopped. It may come back within its grace, by the same means as it came. */
export function onMediaDown(draft: Draft, reason: string): void {
  const { media, hangup, record, capabilities } = draft.state;
  if (media?.phase !== "up") return;
  const drops = draft.now - (media.upSince ?? 0) < STEADY_MS ? (media.drops ?? 0) + 1 : 0;
  draft.setMedia({ phase: "lost", drops });
  if (draft.ended || hangup) return;
  if (drops >= MAX_DROPS) return giveUpMedia(draft, "the audio connection does not hold");
  awaitMedia(draft);
  // A transfer takes the audio away by its nature.
  if (record.lifecycle === "transferring") return;
  draft.log("info", "the audio connection of a call is gone", { reason });
  draft.startTimer("media", GRACE_MS);
  // The call may be over: the carrier's own word about that can be late.
  draft.effect({ type: "status" });
  if (capabilities.media?.recovery !== "none") reconnect(draft);
}

/** The carrier asks how to go on behind an audio connection: whatever there was of it is over. */
export function onMediaLeft(draft: Draft): void {
  const { media } = draft.state;
  if (!media || media.phase === "over") return;
  if (media.phase === "up") return onMediaDown(draft, "the carrier went on without it");
  if (media.failures + 1 >= MAX_FAILURES) return giveUpMedia(draft, "the carrier could not connect the audio");
  draft.setMedia({ failures: media.failures + 1 });
  awaitMedia(draft);
}

/** The carrier could not connect, or says of a connection that it is over. */
export function onMediaFailed(draft: Draft): void {
  const { media } = draft.state;
  if (!media || media.phase === "over") return;
  if (media.phase === "up") return doubtMedia(draft);
  draft.log("warn", "the carrier could not connect the audio");
  if (media.failures + 1 >= MAX_FAILURES) return giveUpMedia(draft, "the carrier could not connect the audio");
  draft.setMedia({ failures: media.failures + 1 });
  awaitMedia(draft);
  reconnect(draft);
}

/** What the carrier says may be about an earlier connection: this one lives as long as something comes over it. */
export function doubtMedia(draft: Draft): void {
  if (draft.state.media?.phase === "up") draft.effect({ type: "checkMedia", doubted: true });
}

/** The audio did not come, or did not come back. */
export function mediaTimeUp(draft: Draft): void {
  const { media } = draft.state;
  if (media?.phase === "awaited") return giveUpMedia(draft, "the carrier did not connect the audio");
  if (media?.phase === "lost") endCall(draft, "media-lost", "the audio connection did not come back");
}

/** No audio will flow through us. The caller is told by the carrier's own voice, where it has one, and the call ends. */
function giveUpMedia(draft: Draft, detail: string): void {
  draft.log("warn", "a call has no audio: it ends with an apology", { detail });
  draft.setMedia({ phase: "over", speaking: [] });
  draft.cancelTimer("media");
  if ((draft.state.capabilities.steps.say?.native ?? "no") === "no") return endCall(draft, "failed", detail);
  abandonReply(draft);
  draft.set({ agenda: [], farewell: { reason: "failed", detail } });
  enqueue(draft, { kind: "say", text: NO_AUDIO, interruptible: false });
  if (draft.line.phase === "running") free(draft);
  if (draft.line.phase !== "waiting") kick(draft);
}

/** Tells the carrier once more to connect. One that asks for documents holds the line behind the audio, and is told to ask now. */
function reconnect(draft: Draft): void {
  if (draft.line.phase !== "waiting") free(draft);
  replan(draft);
  if (draft.pull) nudge(draft);
  else deliver(draft);
}

/** Brings what there is to do to a call with live audio. */
export function kickMedia(draft: Draft): void {
  const { media, line } = draft.state;
  if (media?.phase === "up") return speakUp(draft);
  if (line.phase === "running") return;
  replan(draft);
  if (draft.pull) nudge(draft);
  else deliver(draft);
}

/** Gives the voice what waits to be said, as soon as it may be; then ends or hands over the call where that is next. */
function speakUp(draft: Draft): void {
  if (draft.state.detection === "greeting") return;
  for (;;) {
    const { agenda, media, reply } = draft.state;
    const [item] = agenda;
    if (!item || !media) break;
    if (item.kind === "transfer") return bringTransfer(draft);
    if (item.kind === "say" && reply.speculative && item.turn === reply.turn) return;
    const id = `u${media.next}`;
    const spoken: Spoken = { id, item };
    draft.set({ agenda: agenda.slice(1) });
    draft.setMedia({ next: media.next + 1, speaking: [...media.speaking, spoken] });
    draft.cancelTimer("inactivity");
    if (item.kind === "digits") draft.effect({ type: "pressInStream", id, digits: item.digits });
    else draft.effect({ type: "utter", id, text: item.text, interruptible: item.interruptible, keep: item.turn === undefined });
  }
  if (draft.state.farewell && isSilent(draft)) hangUpAsPlanned(draft);
}

/** The transfer's document or command, once everything before it was heard. */
function bringTransfer(draft: Draft): void {
  if (!isSilent(draft)) return;
  if (draft.line.phase === "running") free(draft);
  replan(draft);
  if (draft.pull) nudge(draft);
  else deliver(draft);
}

/** Whether the voice has nothing more to say. */
export function isSilent({ state: { media } }: Draft): boolean {
  return !media || media.speaking.length === 0;
}
