import { TelephonyError } from "@openclaw/telephony-contract";
import type { Draft } from "./draft.ts";
import { drainTimeUp, endCall, hangupUnanswered } from "./ending.ts";
import { kick, replan } from "./line.ts";
import { onInactivity, passTheTime, waitForCaller } from "./idle.ts";
import { machineTimeUp } from "./machine.ts";
import { mediaTimeUp } from "./media.ts";
import { apologise } from "./on-reply.ts";
import { onPauseOver } from "./on-step.ts";
import { hasMedia, type TimerName } from "./state.ts";
import { transferTimeUp } from "./transfer.ts";

/** A time is over. */
export function onTimer(draft: Draft, name: TimerName): void {
  if (draft.ended) return;
  switch (name) {
    case "ring":
      if (draft.record.answeredAt === undefined) endCall(draft, "no-answer");
      return;
    case "end":
      return endCall(draft, "max-duration");
    case "hangup":
      return hangupUnanswered(draft);
    case "retry":
      return draft.effect({ type: "hangup" });
    case "pause":
      return onPauseOver(draft);
    case "nudge":
      return kick(draft);
    case "response":
      if (!draft.state.reply.open) return;
      draft.log("warn", "the agent did not answer in time", { timeoutMs: draft.state.settings.responseTimeoutMs });
      draft.effect({ type: "abortAsk" });
      return answerIsLate(draft);
    case "transcript":
      return giveUpWaiting(draft);
    case "floor":
      draft.set({ floorUntil: 0 });
      return kick(draft);
    case "drain":
      return drainTimeUp(draft);
    case "machine":
      return machineTimeUp(draft);
    case "transfer":
      return transferTimeUp(draft);
    case "media":
      return mediaTimeUp(draft);
    case "thinking":
      return passTheTime(draft);
    case "inactivity":
      return onInactivity(draft);
  }
}

/** Who heard an answer hears no apology for what the agent does after it. */
function answerIsLate(draft: Draft): void {
  const { reply } = draft.state;
  if (reply.entry === undefined) return apologise(draft);
  draft.set({ reply: { ...reply, open: false } });
  waitForCaller(draft);
  kick(draft);
}

/** Nobody waits for this question any more: it is withdrawn, so that a late answer to it is stale. */
function giveUpWaiting(draft: Draft): void {
  const { waiter, settings } = draft.state;
  if (!waiter) return;
  draft.clear("waiter");
  waitForCaller(draft);
  const seconds = Math.round(settings.transcriptTimeoutMs / 1000);
  const error = new TelephonyError("timeout", `the caller did not answer within ${seconds} s`, { retryable: true });
  draft.effect({ type: "settle", waiter: waiter.id, outcome: { ok: false, error } });
  if (hasMedia(draft.state)) return;
  draft.setLine({ settled: true });
  if (draft.line.phase === "running") {
    draft.setLine({ phase: "free", speechEndsAt: draft.now });
    kick(draft);
  } else if (draft.line.phase === "waiting") replan(draft);
}
