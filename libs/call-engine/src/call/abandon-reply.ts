import type { Draft } from "./draft.ts";

/** The agent's unfinished answer is for nobody any more. What of it waits for the line stays. */
export function abandonReply(draft: Draft): void {
  const { reply } = draft.state;
  if (!reply.open) return;
  draft.effect({ type: "abortAsk" });
  draft.cancelTimer("response");
  draft.set({ reply: { ...reply, open: false } });
}
