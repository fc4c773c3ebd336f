import { TelephonyError } from "@openclaw/telephony-contract";
import { abandonReply } from "./abandon-reply.ts";
import type { Draft } from "./draft.ts";
import { endCall } from "./ending.ts";
import { endOnCommand } from "./farewell.ts";
import type { Input } from "./input.ts";
import { enqueue, hushVoice, kick } from "./line.ts";
import { hasMedia, type Outcome } from "./state.ts";
import { beginTransfer, beingTransferred, isBeingTransferred } from "./transfer.ts";

type Command = Extract<Input, { type: "speak" | "continue" | "cancelWaiter" | "press" | "transfer" | "end" }>;

/** What the owner, the agent or another plugin wants of a live call. */
export function onCommand(draft: Draft, input: Command): void {
  if (input.type === "end") return input.reason === undefined ? endOnCommand(draft, userReason(draft)) : endCall(draft, input.reason, input.detail);
  if (input.type === "cancelWaiter") return cancelWaiter(draft, input.waiter, input.error);
  if (draft.ended || draft.state.hangup || draft.state.farewell) {
    return settle(draft, input.waiter, { ok: false, error: new TelephonyError("call-gone", "the call is over or ending") });
  }
  if (input.type === "transfer") return beginTransfer(draft, input.to, input.waiter);
  if (isBeingTransferred(draft.state)) return settle(draft, input.waiter, { ok: false, error: beingTransferred() });
  switch (input.type) {
    case "speak":
      takeFloor(draft);
      enqueue(draft, { kind: "say", text: input.text, interruptible: true });
      settle(draft, input.waiter, { ok: true });
      return kick(draft);
    case "continue":
      return ask(draft, input.text, input.waiter);
    case "press":
      return press(draft, input.digits, input.waiter);
  }
}

function ask(draft: Draft, text: string, waiter: number): void {
  if (draft.state.waiter) {
    const error = new TelephonyError("invalid-request", "somebody already waits for this caller's answer: end that first");
    return settle(draft, waiter, { ok: false, error });
  }
  takeFloor(draft);
  draft.set({ waiter: { id: waiter } });
  draft.startTimer("transcript", draft.state.settings.transcriptTimeoutMs);
  enqueue(draft, { kind: "say", text, interruptible: true, turn: draft.state.reply.turn });
  kick(draft);
}

/** Whoever speaks through a command has the floor: a reply that the agent still works on is dropped. */
function takeFloor(draft: Draft): void {
  const { reply, agenda } = draft.state;
  draft.cancelTimer("floor");
  abandonReply(draft);
  const unsaid = agenda.filter((item) => item.kind !== "say" || item.turn !== reply.turn);
  const { entry: _old, asked: _question, speculative: _guess, ...rest } = reply;
  if (reply.open) hushVoice(draft);
  draft.set({ agenda: reply.open ? unsaid : agenda, reply: { ...rest, turn: reply.turn + 1, open: false }, floorUntil: 0 });
}

function press(draft: Draft, digits: string, waiter: number): void {
  const { capabilities, record } = draft.state;
  if (record.answeredAt === undefined) {
    const error = new TelephonyError("invalid-request", "keys can be pressed once the call is answered");
    return settle(draft, waiter, { ok: false, error });
  }
  const way = hasMedia(draft.state) ? capabilities.dtmfOut?.media : undefined;
  if (way === "stream" || way === "in-band") return pressLater(draft, digits, waiter);
  if (!draft.pull && way === "command") return draft.effect({ type: "press", digits, waiter });
  // A pull carrier finds the keys in its next document; only one that takes commands can press them beside what it does.
  if (!draft.pull && capabilities.dtmfOut?.native === "command") return draft.effect({ type: "press", digits, waiter });
  if (hasMedia(draft.state) || (capabilities.steps.sendDigits?.native ?? "no") === "no") {
    const error = new TelephonyError("unsupported", "this carrier cannot press keys during a call");
    return settle(draft, waiter, { ok: false, error });
  }
  pressLater(draft, digits, waiter);
}

/** After what is being said. */
function pressLater(draft: Draft, digits: string, waiter: number): void {
  enqueue(draft, { kind: "digits", digits });
  settle(draft, waiter, { ok: true });
  kick(draft);
}

function cancelWaiter(draft: Draft, waiter: number, error: TelephonyError): void {
  if (draft.state.waiter?.id !== waiter) return;
  draft.clear("waiter");
  draft.cancelTimer("transcript");
  settle(draft, waiter, { ok: false, error });
}

function settle(draft: Draft, waiter: number, outcome: Outcome): void {
  draft.effect({ type: "settle", waiter, outcome });
}

/** A call that somebody ends before it was answered was called off; after that it is simply over. */
function userReason(draft: Draft): string {
  return draft.record.answeredAt === undefined ? "canceled" : "completed";
}
