import type { Draft } from "./draft.ts";

/** How long whoever asked a question may think about the answer before the agent itself takes over the talk. */
const FLOOR_MS = 30_000;

/** Whoever asked the caller gets the answer, and has the floor for what comes next. */
export function answerWaiter(draft: Draft, waiter: number, text: string): void {
  draft.clear("waiter");
  draft.cancelTimer("transcript");
  const latency = draft.record.transcript.findLast((turn) => turn.speaker === "agent")?.turnLatencyMs;
  draft.effect({ type: "settle", waiter, outcome: { ok: true, text, ...(latency !== undefined && { turnLatencyMs: latency }) } });
  draft.set({ floorUntil: draft.now + FLOOR_MS, reply: { ...draft.state.reply, heardAt: draft.now } });
  draft.startTimer("floor", FLOOR_MS);
}
