import type { Composition } from "../call/line.ts";
import { hasMedia, type CallState } from "../call/state.ts";
import { agendaSteps } from "./say-steps.ts";
import { strategyOf } from "./strategy.ts";

/**
 * What the line does next. A transfer, a farewell and an answering machine are the same wherever the line itself speaks;
 * everything else, and what is said over live audio, is the strategy's.
 */
export function composeNext(state: CallState): Composition {
  if (hasMedia(state)) return strategyOf(state).compose(state);
  const transfer = state.agenda.findIndex(({ kind }) => kind === "transfer");
  // Nothing follows a transfer: what else there is to do waits for a call that comes back.
  if (transfer >= 0) return { steps: agendaSteps(state, state.agenda.slice(0, transfer + 1)), then: "hold", takes: transfer + 1 };
  if (state.farewell) return { steps: agendaSteps(state), then: "hangup" };
  if (state.detection === "greeting") return { steps: agendaSteps(state), then: "hold" };
  return strategyOf(state).compose(state);
}

/** Whether something else comes before listening. */
export function hasMoreToDo({ agenda, farewell, detection }: CallState): boolean {
  return agenda.length > 0 || farewell !== undefined || detection === "greeting";
}
