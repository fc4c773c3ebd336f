import type { StepContent } from "../call/line.ts";
import { agendaSteps } from "./say-steps.ts";
import { missingSteps, type Strategy } from "./strategy.ts";

/** Says its message, stays on the line for a moment, hangs up. */
export const notify: Strategy = {
  name: "notify",
  refusals: (capabilities) => missingSteps(capabilities, ["say"]),
  compose(state) {
    const spoken = agendaSteps(state);
    const pause: StepContent = { kind: "pause", durationMs: state.settings.notifyHangupDelayMs };
    // Who answered decides what comes after the message, and has to be known first.
    const then = state.detection === undefined ? "hangup" : "hold";
    return { steps: spoken.length > 0 && state.settings.notifyHangupDelayMs > 0 ? [...spoken, pause] : spoken, then };
  },
  // A message does not converse: whatever the other side says is for nobody.
  heard: (draft) => draft.log("debug", "the called party spoke to a notification"),
};
