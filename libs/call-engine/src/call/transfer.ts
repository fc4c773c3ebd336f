import { TelephonyError, type TransferEvent } from "@openclaw/telephony-contract";
import type { Draft } from "./draft.ts";
import { finish } from "./ending.ts";
import { takeBack } from "./lifecycle.ts";
import { enqueue, free, kick, replan } from "./line.ts";
import { stepSupport, type CallState } from "./state.ts";

/** Somebody wants the call to go to another party. Policy has been asked already. */
export function beginTransfer(draft: Draft, to: string, waiter: number): void {
  const error = refusal(draft.state);
  if (error) return draft.effect({ type: "settle", waiter, outcome: { ok: false, error } });
  withdrawQuestion(draft);
  draft.set({ transfer: { to, waiter } });
  enqueue(draft, { kind: "transfer" });
  kick(draft);
}

function refusal(state: CallState): TelephonyError | undefined {
  const { record } = state;
  if (record.answeredAt === undefined) return new TelephonyError("invalid-request", "a call can be transferred once it is answered");
  if (isBeingTransferred(state)) return beingTransferred();
  if (stepSupport(state, "transfer") !== "no") return undefined;
  return new TelephonyError("unsupported", `the carrier "${record.carrier}" cannot transfer calls`);
}

/** Whether the call is on its way to somebody else. */
export function isBeingTransferred({ transfer, record }: CallState): boolean {
  return transfer !== undefined || record.lifecycle === "transferring";
}

/** What is answered to whoever wants something of a call that is on its way to somebody else. */
export function beingTransferred(): TelephonyError {
  return new TelephonyError("invalid-request", "the call is being transferred: wait for the end of that", { retryable: true });
}

/** Nobody of us will hear the caller's answer. */
function withdrawQuestion(draft: Draft): void {
  const { waiter } = draft.state;
  if (!waiter) return;
  draft.clear("waiter");
  draft.cancelTimer("transcript");
  const error = new TelephonyError("aborted", "the call is being transferred: the answer will not be heard");
  draft.effect({ type: "settle", waiter: waiter.id, outcome: { ok: false, error } });
}

/** The carrier says how a transfer ended: the call is somebody else's, or ours again. */
export function onTransfer(draft: Draft, event: TransferEvent): void {
  if (event.state === "transferred") return handedOver(draft, event.occurredAt);
  const step = plannedTransfer(draft);
  if (step && step.id !== event.stepId) return;
  comeBack(draft, event.detail);
}

/** The call is no longer ours: nothing of it runs here any more, and its hang-up only completes the record. */
function handedOver(draft: Draft, at: number): void {
  const { transfer } = draft.state;
  if (transfer) {
    draft.write({ transferredTo: transfer.to });
    draft.effect({ type: "settle", waiter: transfer.waiter, outcome: { ok: true } });
  }
  finish(draft, "transferred", { at, by: "us" });
}

/** The other party was not reached: the caller hears so, whoever asked is told, and the call goes on. */
export function comeBack(draft: Draft, detail?: string): void {
  if (draft.record.lifecycle !== "transferring" || draft.state.hangup) return;
  const failure = plannedTransfer(draft)?.onFailure ?? [];
  takeBack(draft);
  draft.cancelTimer("transfer");
  settleTransfer(draft, new TelephonyError("transfer-failed", `nobody took the call over${inWords(detail)}: the caller is back on the line`, { retryable: true }));
  draft.clear("transfer");
  const apology = failure.flatMap((step) => (step.kind === "say" ? [{ kind: "say", text: step.text, interruptible: true } as const] : []));
  draft.set({ agenda: [...apology, ...draft.state.agenda] });
  free(draft);
  // A pull carrier asks for the document in the same breath.
  if (draft.pull) replan(draft);
  else kick(draft);
}

/** The carrier does not say how the transfer went. The parties may be talking: nothing is done to their call. */
export function transferTimeUp(draft: Draft): void {
  if (draft.record.lifecycle !== "transferring") return;
  draft.log("warn", "the carrier does not say how the transfer went");
  settleTransfer(draft, new TelephonyError("timeout", "the carrier does not say how the transfer went: see the status of the call"));
  draft.effect({ type: "status" });
}

function settleTransfer(draft: Draft, error: TelephonyError): void {
  const { transfer } = draft.state;
  if (transfer) draft.effect({ type: "settle", waiter: transfer.waiter, outcome: { ok: false, error } });
}

function plannedTransfer({ line }: Draft) {
  return line.plan.steps.find((step) => step.kind === "transfer");
}

/** The carrier's word for it, where it is one: anything else might be a number. */
function inWords(detail: string | undefined): string {
  return detail !== undefined && /^[a-z][a-z -]{1,30}$/i.test(detail) ? ` (${detail})` : "";
}
