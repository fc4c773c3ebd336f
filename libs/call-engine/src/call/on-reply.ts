import type { Draft } from "./draft.ts";
import { sayGoodbye } from "./farewell.ts";
import type { Input } from "./input.ts";
import { enqueue, kick } from "./line.ts";
import { isBeingTransferred } from "./transfer.ts";

/** What the caller hears when the agent fails. */
const APOLOGY = "Sorry, I could not answer that just now. Could you say it again?";

/** The agent's answer, sentence by sentence. What belongs to an earlier question is dropped. */
export function onReply(draft: Draft, input: Extract<Input, { type: "sentence" | "replied" | "replyFailed" }>): void {
  const { reply } = draft.state;
  if (draft.ended || draft.state.hangup || input.turn !== reply.turn || !reply.open) return;
  switch (input.type) {
    case "sentence":
      enqueue(draft, { kind: "say", text: input.text, interruptible: true, turn: input.turn });
      return kick(draft);
    case "replied":
      draft.cancelTimer("response");
      draft.set({ reply: { ...reply, open: false } });
      if (input.endCall) return sayGoodbye(draft, { reason: "completed", detail: "ended by the agent" });
      return kick(draft);
    case "replyFailed":
      draft.cancelTimer("response");
      draft.log("warn", "the agent failed to answer", { reason: input.reason });
      return apologise(draft);
  }
}

/** The caller is told, never left in silence. */
export function apologise(draft: Draft): void {
  const { reply } = draft.state;
  draft.set({ reply: { ...reply, open: false } });
  // A call that is on its way to somebody else waits for no answer.
  if (isBeingTransferred(draft.state)) return;
  enqueue(draft, { kind: "say", text: APOLOGY, interruptible: true, turn: reply.turn });
  kick(draft);
}
