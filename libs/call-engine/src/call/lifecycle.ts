import { LIFECYCLE_RANK, type CallLifecycle } from "../record.ts";
import type { Draft } from "./draft.ts";

/** States that a history keeps; more than a call can pass through. */
const MAX_HISTORY = 50;

/**
 * Moves a call forward in its life. Going back is not possible: a late event may complete what the record knows and has
 * no other effect. Returns whether the call moved.
 */
export function advanceLifecycle(draft: Draft, to: CallLifecycle, at: number): boolean {
  const { record } = draft;
  if (to === "ringing" && record.ringingAt === undefined) draft.write({ ringingAt: at });
  if (to === "active" && record.answeredAt === undefined) draft.write({ answeredAt: at });
  if (LIFECYCLE_RANK[to] <= LIFECYCLE_RANK[record.lifecycle]) return false;
  draft.write({ lifecycle: to, history: [...draft.record.history, { state: to, at }].slice(-MAX_HISTORY) });
  return true;
}

/** A transfer failed and the call is ours again: the one way back. */
export function takeBack(draft: Draft): void {
  draft.write({ lifecycle: "active", history: [...draft.record.history, { state: "active" as const, at: draft.now }].slice(-MAX_HISTORY) });
}
