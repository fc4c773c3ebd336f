import type { Draft } from "./draft.ts";
import { sayGoodbye } from "./farewell.ts";
import type { Input } from "./input.ts";
import { waitForCaller } from "./idle.ts";
import { enqueue, kick } from "./line.ts";
import { isBeingTransferred } from "./transfer.ts";

/** What the caller hears when the agent fails. */
export const APOLOGY = "Sorry, I could not answer that just now. Could you say it again?";

/** The agent's answer, sentence by sentence. What belongs to an earlier question is dropped. */
export function onReply(draft: Draft, input: Extract<Input, { type: "sentence" | "replied" | "replyFailed" }>): void {
  const { reply } = draft.state;
  if (draft.ended || draft.state.hangup || input.turn !== reply.turn || !reply.open) return;
  switch (input.type) {
    case "sentence":
      noteTimes(draft, input.firstTokenAt);
      enqueue(draft, { kind: "say", text: input.text, interruptible: true, turn: input.turn });
      return kick(draft);
    case "replied":
      draft.cancelTimer("response");
      draft.cancelTimer("thinking");
      draft.set({ reply: { ...reply, open: false, ...(input.endCall && reply.speculative && { endsCall: true }) } });
      // Nothing of what the agent says counts before it is sure that it was asked.
      if (reply.speculative) return;
      waitForCaller(draft);
      if (input.endCall) return sayGoodbye(draft, { reason: "completed", detail: "ended by the agent" });
      return kick(draft);
    case "replyFailed":
      draft.cancelTimer("response");
      draft.log("warn", "the agent failed to answer", { reason: input.reason });
      return apologise(draft);
  }
}

/** When the answer began, and when its first sentence was complete. */
function noteTimes(draft: Draft, firstTokenAt: number | undefined): void {
  const { reply } = draft.state;
  if (reply.times && reply.times.firstSentenceAt === undefined)
    draft.set({ reply: { ...reply, times: { ...reply.times, firstSentenceAt: draft.now, ...(firstTokenAt !== undefined && { firstTokenAt }) } } });
}

/** The caller is told, never left in silence. */
export function apologise(draft: Draft): void {
  const { reply } = draft.state;
  draft.cancelTimer("thinking");
  draft.set({ reply: { ...reply, open: false } });
  // A call that is on its way to somebody else waits for no answer.
  if (isBeingTransferred(draft.state)) return;
  enqueue(draft, { kind: "say", text: APOLOGY, interruptible: true, turn: reply.turn });
  kick(draft);
}
