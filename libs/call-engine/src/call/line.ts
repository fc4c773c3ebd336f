import type { Plan, Step, StepOutcome, TelephonyError } from "@openclaw/telephony-contract";
import { strategyOf } from "../conversation/strategy.ts";
import { speechDurationMs } from "../conversation/speech-duration.ts";
import type { Draft } from "./draft.ts";
import { endCall } from "./ending.ts";
import { advanceLifecycle } from "./lifecycle.ts";
import type { AgendaItem, Line } from "./state.ts";
import { noteSpoken } from "./transcript.ts";

/** What the line is to do next: the content of a plan. */
export interface Composition {
  readonly steps: readonly StepContent[];
  readonly then: Plan["then"];
}

/** A step that has no id yet. */
export type StepContent = Step extends infer Kind ? (Kind extends Step ? Omit<Kind, "id"> : never) : never;

/** A line before its first plan. */
export function emptyLine(callId: string, revision: number, nonce: string): Line {
  return {
    plan: { callId, revision, nonce, steps: [], then: "hold" },
    phase: "free",
    index: -1,
    speechEndsAt: 0,
    settled: true,
    nudged: false,
    takes: 0,
  };
}

/**
 * Puts a new plan in force, composed of what the call has to do now. A plan that has not reached the carrier yet is
 * composed anew instead, under its old number: nobody has seen it.
 */
export function replan(draft: Draft, composition: Composition = strategyOf(draft.state).compose(draft.state)): void {
  const { line, record } = draft.state;
  const fresh = line.phase !== "waiting";
  const revision = fresh ? record.revision + 1 : line.plan.revision;
  const nonce = fresh ? draft.nonce() : line.plan.nonce;
  const steps = composition.steps.map((step, index) => ({ ...step, id: `${revision}-${index}` }));
  const plan: Plan = { callId: record.callId, revision, nonce, steps, then: composition.then };
  if (fresh) draft.write({ revision });
  draft.set({
    line: {
      plan,
      phase: "waiting",
      index: -1,
      speechEndsAt: line.speechEndsAt,
      settled: false,
      nudged: fresh ? false : line.nudged,
      takes: draft.state.agenda.length,
    },
  });
}

/** The plan in force goes to the carrier: what it says is on the line from now, and is no longer on the agenda. */
export function deliver(draft: Draft): void {
  const { plan, takes } = draft.line;
  const spoken = draft.state.agenda.slice(0, takes);
  draft.set({ agenda: draft.state.agenda.slice(takes) });
  for (const item of spoken) if (item.kind === "say") noteSpoken(draft, item);
  if (draft.pull && plan.steps.some((step) => step.kind === "transfer")) advanceLifecycle(draft, "transferring", draft.now);
  const speechMs = plan.steps.reduce((sum, step) => sum + stepSpeechMs(step), 0);
  draft.setLine({
    phase: plan.steps.length > 0 ? "running" : "free",
    index: -1,
    takes: 0,
    speechEndsAt: draft.now + (draft.pull ? speechMs : 0),
    ...(draft.pull && plan.steps.some((step) => step.kind === "listen") && { listeningSince: draft.now }),
  });
  if (!draft.pull) advance(draft);
}

/** Push: begins the step after the one that ended, or what comes after the last. */
function advance(draft: Draft): void {
  const { plan, index } = draft.line;
  const next = index + 1;
  const step = plan.steps[next];
  if (!step) return planEnded(draft);
  draft.setLine({ index: next, ...(step.kind === "listen" && { listeningSince: draft.now }) });
  // Waiting needs nobody's help, and not every carrier has a command for it.
  if (step.kind === "pause") return draft.startTimer("pause", step.durationMs);
  if (step.kind === "transfer") advanceLifecycle(draft, "transferring", draft.now);
  draft.effect({ type: "perform", stepIndex: next, plan });
}

/** Push: a step ended, however it did. */
export function onStepEnded(draft: Draft, stepId: string, outcome: StepOutcome): void {
  const { plan, index, phase } = draft.line;
  const step = plan.steps[index];
  if (draft.pull || phase !== "running" || step?.id !== stepId) return;
  if (step.kind === "answer" && outcome === "failed") return endCall(draft, "failed", "the carrier could not answer the call");
  // A notification whose message was not said is no success.
  if (step.kind === "say" && outcome === "failed" && draft.record.mode === "notify") return endCall(draft, "failed", "the carrier could not say the message");
  // Listening and transfers have ends of their own; that their step is over says nothing more.
  if (step.kind === "listen" || (step.kind === "transfer" && outcome !== "failed")) return;
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

/** The line is through with its plan: hangs up, or goes on with what there is by now. */
function planEnded(draft: Draft): void {
  const { plan } = draft.line;
  if (plan.then === "hangup" && draft.state.agenda.length === 0) return endCall(draft, "completed");
  free(draft);
  kick(draft);
}

/** Nothing on the line waits for its end any more. */
export function free(draft: Draft): void {
  const { listeningSince: _over, ...line } = draft.line;
  draft.set({ line: { ...line, phase: "free", settled: true, speechEndsAt: Math.min(line.speechEndsAt, draft.now) } });
}

/**
 * Brings what there is to do to the line: at once where the carrier takes commands, at its next question where it asks
 * for documents, which it is nudged to ask where it would not ask by itself in time.
 */
export function kick(draft: Draft): void {
  const { line, record, agenda } = draft.state;
  if (draft.ended || draft.state.hangup || record.answeredAt === undefined) return;
  if (line.phase === "waiting") {
    replan(draft);
    if (draft.pull) nudge(draft);
    else deliver(draft);
    return;
  }
  const interrupts = line.phase === "running" && agenda.length > 0 && isListening(draft);
  if (line.phase !== "free" && !interrupts) return;
  if (line.phase === "free" && isIdle(draft)) return;
  if (draft.pull && line.speechEndsAt > draft.now) return draft.startTimer("nudge", line.speechEndsAt - draft.now);
  replan(draft);
  if (draft.pull) nudge(draft);
  else deliver(draft);
}

/** Whether the line is where the caller may speak, or is about to be: pull carriers do not say which. */
function isListening(draft: Draft): boolean {
  const { line } = draft;
  if (draft.pull) return line.plan.steps.some((step) => step.kind === "listen") || line.plan.steps.length === 0;
  return line.plan.steps[line.index]?.kind === "listen";
}

/** A free line stays as it is while there is nothing that it could do but hold. */
function isIdle(draft: Draft): boolean {
  const next = strategyOf(draft.state).compose(draft.state);
  return next.steps.length === 0 && next.then === "hold";
}

/** Makes a pull carrier ask for the plan in force, once for each plan. */
function nudge(draft: Draft): void {
  const { line, capabilities } = draft.state;
  if (line.nudged || !capabilities.nudge) return;
  draft.setLine({ nudged: true });
  draft.effect({ type: "nudge", revision: line.plan.revision, nonce: line.plan.nonce });
}

/** The delay after which a refused nudge is tried again: a carrier may not know yet that its own call is up. */
const NUDGE_RETRY_MS = 1000;

/** A nudge that the carrier refused is repeated as long as the plan waits for it. */
export function onNudgeFailed(draft: Draft, revision: number, error: TelephonyError): void {
  draft.log("warn", "the carrier did not take the nudge", { code: error.code, providerCode: error.providerCode });
  if (draft.line.plan.revision !== revision || draft.line.phase !== "waiting") return;
  draft.setLine({ nudged: false });
  if (error.code === "call-gone") return draft.effect({ type: "status" });
  if (error.retryable) draft.startTimer("nudge", error.retryAfterMs ?? NUDGE_RETRY_MS);
}

function stepSpeechMs(step: Step): number {
  if (step.kind === "say") return speechDurationMs(step.text);
  if (step.kind === "listen") return speechDurationMs(step.prompt?.text ?? "");
  return step.kind === "pause" ? step.durationMs : 0;
}

/** Queues something for the line. */
export function enqueue(draft: Draft, ...items: AgendaItem[]): void {
  draft.set({ agenda: [...draft.state.agenda, ...items] });
}
