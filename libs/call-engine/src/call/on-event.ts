import type { AnswerEvent, CallEvent, ListenEndedEvent, TurnProof } from "@openclaw/telephony-contract";
import { strategyOf } from "../conversation/strategy.ts";
import { answerWaiter } from "./answer-waiter.ts";
import { onAnswered } from "./answered.ts";
import type { Draft } from "./draft.ts";
import { finish } from "./ending.ts";
import { withAttestation, withIdentity, withLateWord } from "./identity.ts";
import { advanceLifecycle } from "./lifecycle.ts";
import { free, kick, listens, replan } from "./line.ts";
import { onMachine } from "./machine.ts";
import { onStepEnded } from "./on-step.ts";
import { doubtMedia, onMediaFailed } from "./media.ts";
import { hasMedia, type Line } from "./state.ts";
import { addTurn } from "./transcript.ts";
import { onTransfer } from "./transfer.ts";

/** What happened at the carrier. A call that is over learns from it and does nothing. */
export function onEvent(draft: Draft, event: CallEvent): void {
  if (draft.ended) return draft.set({ record: withLateWord(draft.record, event) });
  const known = withIdentity(draft.record, event.carrierIds, event.carrierState);
  const carrierTime = Math.max(event.occurredAt, draft.state.carrierTime ?? event.occurredAt);
  draft.set({ record: withAttestation(known, event), lastActivityAt: draft.now, carrierTime });
  switch (event.type) {
    case "ringing":
      advanceLifecycle(draft, "ringing", event.occurredAt);
      return;
    case "answered":
      onAnswered(draft, event.occurredAt);
      return gateOpened(draft);
    case "ended":
      return finish(draft, event.reason, { at: event.occurredAt, by: event.by, detail: event.cause });
    case "stepEnded":
      return onStepEnded(draft, event.stepId, event.outcome);
    case "answer":
      return onAnswer(draft, event);
    case "listenEnded":
      return onListenEnded(draft, event);
    case "digits":
      if (hasMedia(draft.state)) return draft.effect({ type: "keys", digits: event.digits });
      return addTurn(draft, { speaker: "caller", text: event.digits, at: event.occurredAt, digits: true });
    case "machine":
      return onMachine(draft, event);
    case "transfer":
      return onTransfer(draft, event);
    case "media":
      if (event.state === "failed") return onMediaFailed(draft);
      return void (event.state === "stopped" && doubtMedia(draft));
    case "partialSpeech":
    case "recording":
    case "incoming":
      return;
    default:
      draft.log("info", "the carrier reported something that this version does not know: ignored", {
        event: (event as { type: string }).type.slice(0, 40),
      });
  }
}

/** Push, inbound: the off-hook that the first step asked for has happened. */
function gateOpened(draft: Draft): void {
  const { plan, index } = draft.line;
  const step = plan.steps[index];
  if (step?.kind === "answer") onStepEnded(draft, step.id, "completed");
}

/** The caller answered. Only the question that is open right now is satisfied by it. */
function onAnswer(draft: Draft, event: AnswerEvent): void {
  const { line, waiter } = draft.state;
  if (!isCurrent(draft, event.turn, event.occurredAt)) return;
  const digits = event.input.kind === "digits";
  const text = event.input.kind === "digits" ? event.input.digits : event.input.text.trim();
  if (text === "") return nothingHeard(draft);
  const listenWaitMs = Math.max(0, event.occurredAt - (line.listeningSince ?? event.occurredAt));
  addTurn(draft, { speaker: "caller", text, at: event.occurredAt, listenWaitMs, ...(digits && { digits }) });
  free(draft);
  // Whoever talks into our goodbye is not asked anything any more.
  if (draft.state.farewell) return kick(draft);
  if (!waiter) {
    strategyOf(draft.state).heard(draft, { text, digits });
    // Whoever asked before has had the floor long enough: the caller spoke to the agent.
    return draft.set({ floorUntil: 0 });
  }
  answerWaiter(draft, waiter.id, text);
}

function onListenEnded(draft: Draft, event: ListenEndedEvent): void {
  // A carrier that cannot tell why a document came to its end says so of every one, also of those that asked nothing.
  if (draft.pull && event.turn.nonce === draft.line.plan.nonce && !listens(draft.line.plan)) return;
  if (!isCurrent(draft, event.turn, event.occurredAt)) return;
  if (event.outcome === "failed") draft.log("warn", "the carrier could not listen");
  nothingHeard(draft);
}

/** The caller said nothing that counts: the line asks again, under a new turn. */
function nothingHeard(draft: Draft): void {
  free(draft);
  if (draft.pull) replan(draft);
  else kick(draft);
}

/** Whether an answer proves that it belongs to the question that is open now. */
function isCurrent(draft: Draft, turn: TurnProof, occurredAt: number): boolean {
  const { line } = draft;
  const fault =
    turn.nonce !== line.plan.nonce
      ? "another turn"
      : line.settled || line.listeningSince === undefined
        ? "a turn that is settled"
        : turn.proof === "leg-state" && isEarly(line, line.listeningSince, occurredAt)
          ? "before the listening began"
          : undefined;
  if (fault) draft.log("info", "stale answer ignored", { belongsTo: fault });
  return fault === undefined;
}

/** By how much a carrier's clock may be behind ours. */
const CLOCK_SKEW_MS = 2000;

/**
 * Whether something was said before we listened. The carrier's clock is compared with itself, by what it said last before;
 * ours only says how long ago that may have been.
 */
function isEarly({ listeningAfter = 0 }: Line, listeningSince: number, occurredAt: number): boolean {
  return occurredAt < Math.max(listeningAfter, listeningSince - CLOCK_SKEW_MS);
}
