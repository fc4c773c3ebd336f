import type { CarrierCapabilities, StepSupportByState } from "@openclaw/telephony-contract";
import type { MockConfig, MockFlow } from "./settings.ts";
import { SIGNATURE_HEADERS } from "./webhook/signature.ts";

const BEFORE_ANSWER: StepSupportByState = { unanswered: "yes" };
const WHEN_UP: StepSupportByState = { native: "yes" };

const COMMON = {
  audioModes: ["native"],
  outbound: true,
  inbound: true,
  defaultFrom: "+15550100000",
  steps: {
    answer: BEFORE_ANSWER,
    reject: BEFORE_ANSWER,
    say: WHEN_UP,
    play: WHEN_UP,
    listen: WHEN_UP,
    sendDigits: WHEN_UP,
    pause: WHEN_UP,
    record: WHEN_UP,
    transfer: WHEN_UP,
  },
  listen: { speech: true, digits: true, interruptiblePrompt: true, proof: "echoed" },
  dialDigits: true,
  dtmfIn: { native: "event" },
  dtmfOut: { native: "command" },
  machineDetection: true,
  maxDuration: true,
  ringTimeout: true,
  find: true,
} as const satisfies Partial<CarrierCapabilities>;

/** A push carrier is told to be quiet; a pull carrier gets another document instead. */
const PUSH = { ...COMMON, flow: "push", steps: { ...COMMON.steps, stopSpeech: WHEN_UP } } as const;

const BY_FLOW: Readonly<Record<MockFlow, CarrierCapabilities>> = {
  pull: { ...COMMON, flow: "pull", webhooks: true, signatureHeaders: SIGNATURE_HEADERS, nudge: true },
  push: { ...PUSH, webhooks: true, signatureHeaders: SIGNATURE_HEADERS },
  emit: PUSH,
};

/** What the mock can do in the configured flow. Its webhooks stay in the process, so none has to be public. */
export function capabilities({ flow }: MockConfig): CarrierCapabilities {
  return BY_FLOW[flow];
}
