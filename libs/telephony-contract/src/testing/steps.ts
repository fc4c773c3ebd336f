import type { CarrierCapabilities } from "../capabilities.ts";
import type { ListenStep, Step, StepKind, TransferStep } from "../plan.ts";

/** Whether a step can be sent in a state of the call. */
export function can(capabilities: CarrierCapabilities, kind: StepKind, state: "unanswered" | "native" | "media" = "native"): boolean {
  const support = capabilities.steps[kind]?.[state];
  return support === "yes" || support === "tears-media";
}

let serial = 0;
const id = (): string => `step-${++serial}`;

/** Steps with ids of their own. */
export const step = {
  answer: (): Step => ({ kind: "answer", id: id() }),
  reject: (reason: "rejected" | "busy" = "rejected"): Step => ({ kind: "reject", id: id(), reason }),
  say: (text: string): Step => ({ kind: "say", id: id(), text }),
  play: (url: string): Step => ({ kind: "play", id: id(), url }),
  pause: (durationMs: number): Step => ({ kind: "pause", id: id(), durationMs }),
  digits: (digits: string): Step => ({ kind: "sendDigits", id: id(), digits }),
  stopSpeech: (): Step => ({ kind: "stopSpeech", id: id() }),
  record: (action: "start" | "stop"): Step => ({ kind: "record", id: id(), action, channels: "mono" }),
  connectMedia: (url: string): Step => ({ kind: "connectMedia", id: id(), url }),
  listen: (input: ListenStep["input"]): ListenStep => ({
    kind: "listen",
    id: id(),
    input,
    noInputMs: NO_INPUT_MS,
    endSilenceMs: 800,
    ...(input === "speech" ? {} : { digits: { finishOn: "#", max: 4, interDigitMs: 2000 } }),
  }),
  transfer: (to: string, onFailure: readonly Step[]): TransferStep => ({
    kind: "transfer",
    id: id(),
    to,
    ringTimeoutMs: 20_000,
    onFailure,
  }),
};

/** Milliseconds without input that the kit's listening takes: beyond what a wait of the kit moves time by itself. */
export const NO_INPUT_MS = 30_000;
/** Milliseconds of the kit's holds. */
export const HOLD_MS = 60_000;

/** What a call does while nothing is to be done. */
export function holdSteps(capabilities: CarrierCapabilities): readonly Step[] {
  if (can(capabilities, "pause")) return [step.pause(HOLD_MS)];
  return can(capabilities, "listen") ? [{ ...step.listen(listenInput(capabilities)), noInputMs: HOLD_MS }] : [];
}

/** What a carrier can listen for, speech first. */
export function listenInput(capabilities: CarrierCapabilities): "speech" | "digits" {
  return capabilities.listen?.speech ? "speech" : "digits";
}
