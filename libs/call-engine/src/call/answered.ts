import { VERDICT_MS } from "./detection.ts";
import type { Draft } from "./draft.ts";
import { advanceLifecycle } from "./lifecycle.ts";
import { deliver, replan } from "./line.ts";

/** The call is up. */
export function onAnswered(draft: Draft, at: number): void {
  if (!advanceLifecycle(draft, "active", at)) return;
  draft.cancelTimer("ring");
  const endBy = at + draft.state.settings.maxDurationMs;
  draft.write({ deadlines: { ...draft.record.deadlines, endBy } });
  draft.startTimer("end", endBy - draft.now);
  if (draft.state.detection) draft.startTimer("machine", VERDICT_MS);
  const opening = draft.state.agenda.find((item) => item.kind === "say" && item.turn === undefined);
  if (opening?.kind === "say" && draft.record.mode === "conversation") draft.effect({ type: "remember", text: opening.text });
  if (draft.record.direction === "outbound") bringFirstPlan(draft);
}

/** An outbound call's first plan reaches the line, unless the carrier is going to ask for it. */
export function bringFirstPlan(draft: Draft): void {
  const { delivery, line, record } = draft.state;
  if (line.phase !== "waiting" || record.answeredAt === undefined) return;
  if (delivery === "inline") return deliver(draft);
  if (!draft.pull) {
    replan(draft);
    deliver(draft);
  }
}
