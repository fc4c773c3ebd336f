import type { StepContent } from "../call/line.ts";
import type { CallState } from "../call/state.ts";
import { askAgent } from "./ask-agent.ts";
import { agendaSteps, splitText } from "./say-steps.ts";
import { missingSteps, type Strategy } from "./strategy.ts";

/** Silence after which listening begins anew: carriers do not listen for ever. */
const NO_INPUT_MS = 15_000;

/**
 * A conversation by the carrier's own voice and ear: what there is to say is said, then the line listens, unless the
 * agent is still at it or whoever asked the last question has the floor.
 */
export const carrierNative: Strategy = {
  name: "carrier-native",
  refusals(capabilities) {
    const missing = [...missingSteps(capabilities, ["say", "listen"])];
    if (capabilities.listen?.speech !== true)
      missing.push({ code: "listen-speech", message: "the carrier does not recognise speech" });
    return missing;
  },
  compose(state) {
    if (!mayListen(state)) return { steps: agendaSteps(state), then: "hold" };
    return { steps: questionSteps(state), then: "hold" };
  },
  heard: askAgent,
};

/** Listening makes sense once nobody of us has something more to say. */
function mayListen(state: CallState): boolean {
  return !state.reply.open && state.floorUntil === 0;
}

/** Says the agenda and listens. The last words go with the listening where they may be talked over. */
function questionSteps(state: CallState): StepContent[] {
  const { agenda, capabilities, settings } = state;
  const last = agenda.at(-1);
  const listen = {
    kind: "listen",
    input: capabilities.listen?.digits ? "both" : "speech",
    noInputMs: NO_INPUT_MS,
    endSilenceMs: settings.silenceTimeoutMs,
    ...(settings.language !== undefined && { language: settings.language }),
  } as const;
  if (!capabilities.listen?.interruptiblePrompt || last?.kind !== "say" || !last.interruptible) {
    return [...agendaSteps(state), listen];
  }
  const words = splitText(last.text, capabilities.maxSayChars);
  const prompt = words.pop() ?? "";
  const before = words.map((text) => ({ kind: "say", text }) as const);
  const voice = settings.language === undefined ? {} : { voice: { language: settings.language } };
  return [
    ...agendaSteps(state, agenda.slice(0, -1)),
    ...before.map((step) => ({ ...step, ...voice })),
    { ...listen, prompt: { text: prompt, interruptible: true, ...voice } },
  ];
}
