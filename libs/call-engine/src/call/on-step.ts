import type { StepOutcome, TelephonyError } from "@openclaw/telephony-contract";
import type { Draft } from "./draft.ts";
import { endCall } from "./ending.ts";
import { advance, free } from "./line.ts";
import { onMediaFailed } from "./media.ts";
import { comeBack } from "./transfer.ts";

/** Push: a step ended, however it did. */
export function onStepEnded(draft: Draft, stepId: string, outcome: StepOutcome): void {
  const { plan, index, phase } = draft.line;
  const step = plan.steps[index];
  if (draft.pull || phase !== "running" || step?.id !== stepId) return;
  if (step.kind === "answer" && outcome === "failed") return endCall(draft, "failed", "the carrier could not answer the call");
  // A message that was not said is no success.
  const message = draft.record.mode === "notify" || draft.state.farewell?.reason === "voicemail";
  if (step.kind === "say" && outcome === "failed" && message) return endCall(draft, "failed", "the carrier could not say the message");
  if (step.kind === "transfer" && outcome === "failed") return comeBack(draft);
  if (step.kind === "connectMedia" && outcome === "failed") return onMediaFailed(draft);
  // Listening, audio and transfers have ends of their own; that their step is over says nothing more.
  if (step.kind === "listen" || step.kind === "connectMedia" || step.kind === "transfer") return;
  advance(draft);
}

/** The delay after which the carrier is asked again to listen. */
const LISTEN_RETRY_MS = 1000;

/** Push: the carrier did not take a step. A line that cannot listen would stay silent for ever: it asks again, or ends. */
export function onStepRefused(draft: Draft, stepId: string, error: TelephonyError): void {
  const { plan, index, phase } = draft.line;
  const step = plan.steps[index];
  const deaf = phase === "running" && step?.id === stepId && step.kind === "listen" && error.code !== "call-gone";
  if (!deaf) return onStepEnded(draft, stepId, "failed");
  if (!error.retryable) return endCall(draft, "failed", `the carrier could not listen (${error.code})`);
  free(draft);
  draft.startTimer("nudge", error.retryAfterMs ?? LISTEN_RETRY_MS);
}

/** Push: the pause that we keep ourselves is over. */
export function onPauseOver(draft: Draft): void {
  const step = draft.line.plan.steps[draft.line.index];
  if (draft.line.phase === "running" && step?.kind === "pause") advance(draft);
}
