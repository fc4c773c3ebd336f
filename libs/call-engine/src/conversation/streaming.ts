import type { Composition } from "../call/line.ts";
import type { CallState } from "../call/state.ts";
import { askAgent } from "./ask-agent.ts";
import { agendaSteps } from "./say-steps.ts";
import { missingSteps, type Strategy } from "./strategy.ts";

/**
 * A conversation over live audio: the line only carries the sound, and what is said and heard on it is the business of
 * voice and ear.
 */
export const streaming: Strategy = {
  name: "streaming",
  refusals(capabilities) {
    const missing = [...missingSteps(capabilities, ["connectMedia"])];
    if (!capabilities.media) missing.push({ code: "media", message: "the carrier has no live audio" });
    return missing;
  },
  compose: connected,
  heard: askAgent,
};

/** The line of a call with live audio: connected, unless it is about to be somebody else's. */
function connected(state: CallState): Composition {
  const { agenda, media } = state;
  const [first] = agenda;
  if (first?.kind === "transfer" && media?.speaking.length === 0) return { steps: agendaSteps(state, [first]), then: "hold", takes: 1 };
  return { steps: [{ kind: "connectMedia", url: media?.url ?? "" }], then: "hold", takes: 0 };
}
