import { TelephonyError } from "@openclaw/telephony-contract";
import type { Draft } from "./draft.ts";
import { advanceLifecycle } from "./lifecycle.ts";

/** How often a hang-up is tried before the call is given up on our side. */
const MAX_HANGUP_ATTEMPTS = 4;
const HANGUP_RETRY_MS = 1000;
/** How long the carrier may take to confirm a hang-up that it accepted. */
const CONFIRM_MS = 3000;

/** Ends a call from our side: tells the carrier, once, and lets nothing else happen on the line. */
export function endCall(draft: Draft, reason: string, detail?: string): void {
  if (draft.ended || draft.state.hangup) return;
  draft.set({ hangup: { reason, attempts: 1, ...(detail !== undefined && { detail }) }, agenda: [] });
  quiet(draft);
  draft.effect({ type: "hangup" });
}

/** By how much the last words may be over later than expected: more than a carrier listens before it asks again. */
const DRAIN_GRACE_MS = 20_000;

/**
 * How long the line may take for its last words, whose length is an estimate for a quick voice; a slow one takes twice
 * that. Without it, a carrier that never says that speech is over would keep the call.
 */
export function drainMs(draft: Draft, speechMs: number): number {
  const until = draft.state.farewell?.until ?? Number.POSITIVE_INFINITY;
  return Math.min(2 * speechMs + DRAIN_GRACE_MS, until - draft.now);
}

/** The last words were heard. */
export function hangUpAsPlanned(draft: Draft): void {
  const { farewell } = draft.state;
  endCall(draft, farewell?.reason ?? "completed", farewell?.detail);
}

/** The time for the last words is over, and nobody has said that they were heard. */
export function drainTimeUp(draft: Draft): void {
  const { farewell, line } = draft.state;
  if (!farewell && line.plan.then !== "hangup") return;
  draft.log("warn", "the carrier did not say that the last words were over: hanging up without");
  hangUpAsPlanned(draft);
}

/** The carrier accepted the hang-up. Its own word about the end comes next, or does not. */
export function confirmHangup(draft: Draft): void {
  if (!draft.ended) draft.startTimer("hangup", CONFIRM_MS);
}

/** The carrier did not take the hang-up: again, and in the end without it. A call that is gone was hung up well. */
export function retryHangup(draft: Draft, error: TelephonyError): void {
  const { hangup } = draft.state;
  if (draft.ended || !hangup) return;
  if (error.code === "call-gone") return finish(draft, hangup.reason, detailOf(hangup.detail));
  if (hangup.attempts >= MAX_HANGUP_ATTEMPTS) {
    draft.log("warn", "the carrier did not confirm the hang-up: look at the call in its console", { code: error.code });
    return finish(draft, hangup.reason, { detail: `hang-up not confirmed by the carrier (${error.code})` });
  }
  draft.set({ hangup: { ...hangup, attempts: hangup.attempts + 1 } });
  draft.startTimer("retry", error.retryAfterMs ?? HANGUP_RETRY_MS * 2 ** (hangup.attempts - 1));
}

/** The carrier said nothing after a hang-up that it had accepted: the call is over as far as we are concerned. */
export function hangupUnanswered(draft: Draft): void {
  const { hangup } = draft.state;
  if (hangup) finish(draft, hangup.reason, detailOf(hangup.detail));
}

/** How a call ended, beside its reason. */
export interface Ending {
  readonly detail?: string | undefined;
  readonly by?: string | undefined;
  readonly at?: number;
}

/** The call is over. Terminal: releases everything that waits for it. */
export function finish(draft: Draft, reason: string, ending: Ending = {}): void {
  if (draft.ended) return;
  const { hangup, farewell, waiter } = draft.state;
  const at = ending.at ?? draft.now;
  // The carrier may have hung up by the plan that it was given; only we know why.
  const planned = hangup ?? (reason === "completed" ? farewell : undefined);
  const detail = planned?.detail ?? ending.detail;
  const by = hangup ? "us" : ending.by;
  advanceLifecycle(draft, "ended", at);
  draft.write({
    endedAt: at,
    endReason: planned?.reason ?? reason,
    ...(detail !== undefined && { endDetail: detail }),
    ...(by !== undefined && { endedBy: by }),
  });
  quiet(draft);
  draft.cancelTimer("end");
  draft.cancelTimer("hangup");
  draft.cancelTimer("retry");
  if (waiter) {
    draft.clear("waiter");
    const error = new TelephonyError("call-gone", `the call ended (${draft.record.endReason ?? reason}) before the caller answered`);
    draft.effect({ type: "settle", waiter: waiter.id, outcome: { ok: false, error } });
  }
  draft.set({ agenda: [] });
  draft.effect({ type: "ended" });
}

/** Nothing of ours goes on: no reply, no question, no timer but those of the end. */
function quiet(draft: Draft): void {
  const { reply, media } = draft.state;
  if (reply.open) draft.effect({ type: "abortAsk" });
  if (media && media.speaking.length > 0) draft.effect({ type: "hushVoice" });
  draft.set({ reply: { ...reply, open: false, turn: reply.turn + 1 } });
  for (const name of ["ring", "transcript", "response", "pause", "nudge", "floor", "drain", "machine", "transfer", "media", "thinking", "inactivity"] as const) draft.cancelTimer(name);
}

function detailOf(detail: string | undefined): Ending {
  return detail === undefined ? {} : { detail };
}
