import { onEvent } from "./on-event.ts";
import { onFetch } from "./on-fetch.ts";
import { onCommand } from "./on-command.ts";
import { onAudio } from "./on-audio.ts";
import { onDial } from "./on-dial.ts";
import { onTimer } from "./on-timer.ts";
import { onReply } from "./on-reply.ts";
import { begin, restore } from "./begin.ts";
import { confirmHangup, endCall, finish, retryHangup } from "./ending.ts";
import { Draft, type TransitionEnvironment } from "./draft.ts";
import type { Input } from "./input.ts";
import { onNudgeFailed } from "./line.ts";
import { onStepRefused } from "./on-step.ts";
import type { CallState, Effect } from "./state.ts";

/** What a transition made of a state and an input. */
export interface Transition {
  readonly state: CallState;
  readonly effects: readonly Effect[];
  /** The record changed: it has to be stored before the effects begin. */
  readonly durable: boolean;
}

/**
 * The whole behaviour of a call: a pure function of its state and one input. Everything that touches the world is in the
 * effects, which the supervisor carries out.
 */
export function transition(state: CallState, input: Input, environment: TransitionEnvironment): Transition {
  const draft = new Draft(state, environment);
  apply(draft, input);
  return { state: draft.state, effects: draft.effects, durable: draft.state.record !== state.record };
}

function apply(draft: Draft, input: Input): void {
  switch (input.type) {
    case "begin":
      return begin(draft, input.message);
    case "restore":
      return restore(draft, input.status);
    case "event":
      return onEvent(draft, input.event);
    case "fetch":
      return onFetch(draft, input.minted);
    case "dialed":
    case "dialFailed":
    case "found":
      return onDial(draft, input);
    case "performFailed":
      draft.log("warn", "the carrier refused a step", { code: input.error.code, providerCode: input.error.providerCode });
      if (input.error.code === "call-gone") draft.effect({ type: "status" });
      return onStepRefused(draft, input.stepId, input.error);
    case "nudgeFailed":
      return onNudgeFailed(draft, input.revision, input.error);
    case "hungUp":
      return confirmHangup(draft);
    case "hangupFailed":
      return retryHangup(draft, input.error);
    case "status":
      return onStatus(draft, input.status.state, input.status.reason);
    case "sentence":
    case "replied":
    case "replyFailed":
      return onReply(draft, input);
    case "timer":
      return onTimer(draft, input.name);
    case "speak":
    case "continue":
    case "cancelWaiter":
    case "press":
    case "transfer":
    case "end":
      return onCommand(draft, input);
    case "mediaUp":
    case "mediaDown":
    case "callerSpeaks":
    case "interrupted":
    case "resumed":
    case "eagerTurn":
    case "eagerRevoked":
    case "callerTurn":
    case "utteranceStarted":
    case "utteranceHeard":
    case "utteranceEnded":
    case "spokenBy":
    case "wordsLost":
    case "hearingFailed":
      return onAudio(draft, input);
    case "reap":
      return reap(draft);
    case "storeFailed":
      return endCall(draft, "store-unavailable", "the record of the call could not be written");
  }
}

function onStatus(draft: Draft, state: string, reason: string | undefined): void {
  if (state === "ended" && !draft.ended) finish(draft, reason ?? "completed", { detail: "learnt by asking the carrier" });
}

/** Silence on a live call for so long is a reason to ask the carrier whether it still lives. */
const QUIET_MS = 120_000;

/** Ends what was never answered, and asks about what has gone quiet. */
function reap(draft: Draft): void {
  const { record, settings, lastActivityAt } = draft.state;
  if (draft.ended || draft.state.hangup) return;
  const unanswered = record.answeredAt === undefined;
  if (unanswered && settings.staleCallMs > 0 && draft.now - record.createdAt >= settings.staleCallMs)
    return endCall(draft, "no-answer", "never answered");
  if (draft.now >= record.deadlines.endBy) return endCall(draft, "max-duration");
  if (draft.state.media?.phase === "up") draft.effect({ type: "checkMedia" });
  if (draft.now - lastActivityAt >= QUIET_MS) {
    draft.set({ lastActivityAt: draft.now });
    draft.effect({ type: "status" });
  }
}
