import type { Plan, Step, TelephonyError, TransferStep } from "@openclaw/telephony-contract";
import { composeNext, hasMoreToDo } from "../conversation/composition.ts";
import { stepDurationMs } from "../conversation/speech-duration.ts";
import type { Draft } from "./draft.ts";
import { drainMs, hangUpAsPlanned } from "./ending.ts";
import { advanceLifecycle } from "./lifecycle.ts";
import { CONNECT_MS, kickMedia } from "./media.ts";
import { hasMedia, stepSupport, type AgendaItem, type Line } from "./state.ts";
import { noteSpoken } from "./transcript.ts";

/** What the line is to do next: the content of a plan. */
export interface Composition {
  readonly steps: readonly StepContent[];
  readonly then: Plan["then"];
  /** How many items at the head of the agenda the steps bring. Default: all. */
  readonly takes?: number;
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
export function replan(draft: Draft, composition: Composition = composeNext(draft.state)): void {
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
      takes: composition.takes ?? draft.state.agenda.length,
    },
  });
}

/** The plan in force goes to the carrier: what it says is on the line from now, and is no longer on the agenda. */
export function deliver(draft: Draft): void {
  const { plan, takes } = draft.line;
  const spoken = draft.state.agenda.slice(0, takes);
  draft.set({ agenda: draft.state.agenda.slice(takes) });
  for (const item of spoken) if (item.kind === "say") noteSpoken(draft, item);
  const speechMs = plan.steps.reduce((sum, step) => sum + stepDurationMs(step), 0);
  if (plan.then === "hangup") draft.startTimer("drain", drainMs(draft, speechMs));
  const transfer = plan.steps.find((step) => step.kind === "transfer");
  if (draft.pull && transfer) handOver(draft, transfer, speechMs);
  if (plan.steps.some(({ kind }) => kind === "connectMedia") && draft.state.media?.phase === "awaited") draft.startTimer("media", CONNECT_MS);
  draft.setLine({
    phase: plan.steps.length > 0 ? "running" : "free",
    index: -1,
    takes: 0,
    speechEndsAt: draft.now + (draft.pull ? speechMs : 0),
    ...(draft.pull && listens(plan) && listeningNow(draft)),
  });
  if (!draft.pull) advance(draft);
}

/** Push: begins the step after the one that ended, or what comes after the last. */
export function advance(draft: Draft): void {
  const { plan, index } = draft.line;
  const next = index + 1;
  const step = plan.steps[next];
  if (!step || (step.kind === "listen" && hasMoreToDo(draft.state))) return planEnded(draft);
  const speechEndsAt = draft.now + stepDurationMs(step);
  draft.setLine({ index: next, speechEndsAt, ...(step.kind === "listen" && listeningNow(draft)) });
  // Waiting needs nobody's help, and not every carrier has a command for it.
  if (step.kind === "pause") return draft.startTimer("pause", step.durationMs);
  if (step.kind === "transfer") handOver(draft, step);
  draft.effect({ type: "perform", stepIndex: next, plan });
}

function listeningNow({ now, state: { carrierTime } }: Draft): Partial<Line> {
  return { listeningSince: now, ...(carrierTime !== undefined && { listeningAfter: carrierTime }) };
}

/** Whether a plan asks the caller something. */
export function listens(plan: Plan): boolean {
  return plan.steps.some((step) => step.kind === "listen");
}

/** By how much the word about a transfer may come later than its ringing ends. */
const TRANSFER_WORD_MS = 15_000;

/** The carrier rings somebody else now, after what it says before. */
function handOver(draft: Draft, step: TransferStep, speechMs = 0): void {
  advanceLifecycle(draft, "transferring", draft.now);
  draft.startTimer("transfer", speechMs + step.ringTimeoutMs + TRANSFER_WORD_MS);
}

/** The line is through with its plan: hangs up, or goes on with what there is by now. */
function planEnded(draft: Draft): void {
  const { plan } = draft.line;
  if (plan.then === "hangup" && draft.state.agenda.length === 0) return hangUpAsPlanned(draft);
  free(draft);
  kick(draft);
}

/** Nothing on the line waits for its end any more. */
export function free(draft: Draft): void {
  const { listeningSince: _over, listeningAfter: _after, ...line } = draft.line;
  draft.set({ line: { ...line, phase: "free", settled: true, speechEndsAt: Math.min(line.speechEndsAt, draft.now) } });
}

/**
 * Brings what there is to do to the line: at once where the carrier takes commands, at its next question where it asks
 * for documents, which it is nudged to ask where it would not ask by itself in time.
 */
export function kick(draft: Draft): void {
  const { line, record } = draft.state;
  if (draft.ended || draft.state.hangup || record.answeredAt === undefined) return;
  if (hasMedia(draft.state)) return kickMedia(draft);
  if (line.phase === "waiting") {
    replan(draft);
    if (draft.pull) nudge(draft);
    else deliver(draft);
    return;
  }
  const interrupts = line.phase === "running" && hasMoreToDo(draft.state) && isListening(draft);
  if (line.phase !== "free" && !interrupts) return;
  const next = composeNext(draft.state);
  // A free line stays as it is while there is nothing that it could do but hold.
  if (line.phase === "free" && next.steps.length === 0 && next.then === "hold") return;
  if (line.speechEndsAt > draft.now) return draft.startTimer("nudge", line.speechEndsAt - draft.now);
  if (next.steps.length === 0 && next.then === "hangup") return hangUpAsPlanned(draft);
  replan(draft, next);
  if (draft.pull) nudge(draft);
  else deliver(draft);
}

/** Whether the line is where the caller may speak, or is about to be: pull carriers do not say which. */
function isListening(draft: Draft): boolean {
  const { line } = draft;
  if (draft.pull) return line.plan.steps.some((step) => step.kind === "listen") || line.plan.steps.length === 0;
  return line.plan.steps[line.index]?.kind === "listen";
}

/** What there is to do now takes the place of whatever the line does, also of what is being said. */
export function supersede(draft: Draft): void {
  const { line, record } = draft.state;
  if (record.answeredAt === undefined) return;
  if (hasMedia(draft.state)) {
    hushVoice(draft);
    return kick(draft);
  }
  if (draft.pull) {
    if (line.phase !== "waiting") free(draft);
    replan(draft);
    return nudge(draft);
  }
  const speaks = line.phase === "running" && line.plan.steps[line.index]?.kind === "say";
  if (speaks) {
    // What cannot be stopped is heard to its end, and what is next comes after it.
    if (stepSupport(draft.state, "stopSpeech") === "no") return;
    draft.effect({ type: "hush" });
  }
  if (line.phase === "running") free(draft);
  kick(draft);
}

/** The voice falls silent in mid-word; what it was yet to say is said no more. */
export function hushVoice(draft: Draft): void {
  if (draft.state.media && draft.state.media.speaking.length > 0) draft.effect({ type: "hushVoice" });
}

/** Makes a pull carrier ask for the plan in force, once for each plan. */
export function nudge(draft: Draft): void {
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

/** Queues something for the line. */
export function enqueue(draft: Draft, ...items: AgendaItem[]): void {
  draft.set({ agenda: [...draft.state.agenda, ...items] });
}
