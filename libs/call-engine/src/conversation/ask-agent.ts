import type { Draft } from "../call/draft.ts";
import type { Heard } from "./strategy.ts";

/** The caller said something to the agent: it is asked, and has its time to answer. */
export function askAgent(draft: Draft, { text, digits, heardAt = draft.now, finalAt }: Heard): void {
  const { settings, reply } = draft.state;
  const turn = reply.turn + 1;
  const asked = digits ? `[pressed keys: ${text}]` : text;
  draft.set({ reply: { turn, open: true, heardAt, asked, ...(finalAt !== undefined && { times: { finalAt } }) } });
  draft.startTimer("response", settings.responseTimeoutMs);
  if (draft.state.media && settings.thinking.afterMs !== undefined) draft.startTimer("thinking", settings.thinking.afterMs);
  draft.effect({ type: "ask", turn, text: asked });
}
