import { TelephonyError } from "@openclaw/telephony-contract";
import { strategyOf } from "../conversation/strategy.ts";
import { abandonReply } from "./abandon-reply.ts";
import { answerWaiter } from "./answer-waiter.ts";
import type { Draft } from "./draft.ts";
import { sayGoodbye } from "./farewell.ts";
import { waitForCaller } from "./idle.ts";
import type { AudioInput } from "./input.ts";
import { enqueue, hushVoice, kick } from "./line.ts";
import { onMediaDown, onMediaUp } from "./media.ts";
import { onUtteranceEnded, onUtteranceHeard, onUtteranceStarted } from "./on-utterance.ts";
import { addTurn } from "./transcript.ts";
import { isBeingTransferred } from "./transfer.ts";

/** What the caller hears when nothing of what they say can be understood. */
const DEAF = "Sorry, I cannot hear you at the moment. Please try again later.";
/** Nobody speaks for longer without a pause, in milliseconds. */
const LONGEST_SPEECH_MS = 30_000;
const SAY_AGAIN = "Sorry, I did not catch that. Could you say it again?";

/** What ear and voice report of a call with live audio. */
export function onAudio(draft: Draft, input: AudioInput): void {
  if (draft.ended || !draft.state.media) return;
  switch (input.type) {
    case "mediaUp":
      onMediaUp(draft);
      return void (draft.state.media.deaf && cannotHear(draft));
    case "mediaDown":
      return onMediaDown(draft, input.reason);
    case "callerSpeaks":
    case "interrupted":
      callerIsThere(draft);
      // It may have been a noise, or the ear may be deaf: no turn has to follow.
      return waitForCaller(draft, LONGEST_SPEECH_MS);
    case "resumed":
      return;
    case "eagerTurn":
      return onEagerTurn(draft, input.text);
    case "eagerRevoked":
      return takeBackQuestion(draft);
    case "callerTurn":
      return onCallerTurn(draft, input);
    case "utteranceStarted":
      return onUtteranceStarted(draft, input);
    case "utteranceHeard":
      return onUtteranceHeard(draft, input.id, input.at);
    case "utteranceEnded":
      return onUtteranceEnded(draft, input);
    case "spokenBy":
      return void (draft.record.voice !== input.voice && draft.write({ voice: input.voice }));
    case "wordsLost":
      return askAgain(draft);
    case "hearingFailed":
      draft.log("error", "the transcriber of a call failed for good", { code: input.error.code });
      draft.setMedia({ deaf: true });
      return void (draft.state.media.phase === "up" && cannotHear(draft));
  }
}

function callerIsThere(draft: Draft): void {
  draft.set({ lastActivityAt: draft.now });
  draft.setMedia({ prompted: false });
  draft.cancelTimer("inactivity");
}

type CallerTurn = Extract<AudioInput, { type: "callerTurn" }>;

/** The caller has finished a turn: what we were saying or about to say is out of date. */
function onCallerTurn(draft: Draft, turn: CallerTurn): void {
  const { text, speechEndedAt, digits = false } = turn;
  if (draft.state.hangup) return;
  callerIsThere(draft);
  if (isSpeculation(draft, text)) return confirmQuestion(draft, turn);
  const { waiter, media, farewell } = draft.state;
  const listenWaitMs = Math.max(0, speechEndedAt - (media?.quietSince ?? speechEndedAt));
  addTurn(draft, { speaker: "caller", text, at: speechEndedAt, listenWaitMs, ...(digits && { digits }) });
  // Whoever talks into our goodbye is not asked anything any more.
  if (farewell || isBeingTransferred(draft.state)) return draft.effect({ type: "resumeVoice" });
  if (waiter && promptIsUnheard(draft)) {
    draft.log("info", "stale answer ignored", { belongsTo: "before the question" });
    return draft.effect({ type: "resumeVoice" });
  }
  const unanswered = unansweredWords(draft);
  fallSilent(draft);
  if (waiter) return answerWaiter(draft, waiter.id, text);
  strategyOf(draft.state).heard(draft, { text: unanswered ? `${unanswered} ${text}` : text, digits, heardAt: speechEndedAt, finalAt: turn.finalAt });
  draft.set({ floorUntil: 0 });
}

/** Whether the question that somebody waits on has not begun to sound: no answer can be meant for it. */
function promptIsUnheard({ state: { agenda, media, reply } }: Draft): boolean {
  const isPrompt = (item: { readonly kind: string; readonly turn?: number }) => item.kind === "say" && item.turn === reply.turn;
  return agenda.some(isPrompt) || (media?.speaking.some(({ item, startedAt }) => isPrompt(item) && startedAt === undefined) ?? false);
}

/** What was asked and not answered with a word so far: the caller goes on with it. */
function unansweredWords({ state: { reply } }: Draft): string | undefined {
  return reply.open && reply.entry === undefined && !reply.speculative ? reply.asked : undefined;
}

/** Drops the unfinished answer and what waits to be said; what may not be talked over is heard to its end. */
function fallSilent(draft: Draft): void {
  abandonReply(draft);
  const { agenda, reply, media } = draft.state;
  draft.cancelTimer("thinking");
  draft.set({ agenda: agenda.filter(({ kind }) => kind !== "say"), reply: { ...reply, turn: reply.turn + 1 } });
  const [current] = media?.speaking ?? [];
  const heardOut = current?.startedAt !== undefined && current.item.kind === "say" && !current.item.interruptible;
  if (heardOut) draft.effect({ type: "resumeVoice" });
  else hushVoice(draft);
}

/** The turn seems to be over: the agent may begin, and nothing of it is said before it is sure. */
function onEagerTurn(draft: Draft, text: string): void {
  const { waiter, farewell, hangup, reply, media } = draft.state;
  if (waiter || farewell || hangup || reply.open || isBeingTransferred(draft.state) || media?.speaking.length !== 0) return;
  strategyOf(draft.state).heard(draft, { text, digits: false });
  draft.set({ reply: { ...draft.state.reply, speculative: true } });
}

function isSpeculation({ state: { reply } }: Draft, text: string): boolean {
  return reply.speculative === true && reply.asked === text;
}

function confirmQuestion(draft: Draft, { text, speechEndedAt, finalAt }: CallerTurn): void {
  const { speculative: _sure, ...reply } = draft.state.reply;
  const listenWaitMs = Math.max(0, speechEndedAt - (draft.state.media?.quietSince ?? speechEndedAt));
  addTurn(draft, { speaker: "caller", text, at: speechEndedAt, listenWaitMs });
  draft.set({ reply: { ...reply, heardAt: speechEndedAt, times: { ...reply.times, finalAt } } });
  if (reply.endsCall) return sayGoodbye(draft, { reason: "completed", detail: "ended by the agent" });
  kick(draft);
}

/** The caller went on speaking: what the agent thought of is for nobody. */
function takeBackQuestion(draft: Draft): void {
  const { reply, agenda } = draft.state;
  if (!reply.speculative) return;
  abandonReply(draft);
  draft.cancelTimer("thinking");
  draft.set({
    agenda: agenda.filter((item) => item.kind !== "say" || item.turn !== reply.turn),
    reply: { turn: reply.turn + 1, open: false, heardAt: reply.heardAt },
  });
}

function askAgain(draft: Draft): void {
  const { reply, farewell, hangup, agenda } = draft.state;
  draft.log("warn", "something that the caller said is lost");
  if (reply.open || farewell || hangup || agenda.length > 0) return;
  enqueue(draft, { kind: "say", text: SAY_AGAIN, interruptible: true });
  kick(draft);
}

/** A caller who cannot be heard is told so, and not left talking to nobody. */
function cannotHear(draft: Draft): void {
  const { waiter, farewell, hangup } = draft.state;
  if (farewell || hangup) return;
  if (waiter) {
    draft.clear("waiter");
    draft.cancelTimer("transcript");
    const error = new TelephonyError("unavailable", "the transcriber failed: the caller's answer cannot be heard");
    draft.effect({ type: "settle", waiter: waiter.id, outcome: { ok: false, error } });
  }
  abandonReply(draft);
  draft.set({ agenda: [] });
  enqueue(draft, { kind: "say", text: DEAF, interruptible: false });
  sayGoodbye(draft, { reason: "failed", detail: "the transcriber failed" });
}
