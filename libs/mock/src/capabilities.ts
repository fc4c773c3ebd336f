import { MULAW_8K, type CarrierCapabilities, type StepSupportByState } from "@openclaw/telephony-contract";
import type { MockConfig, MockFlow } from "./settings.ts";
import { SIGNATURE_HEADERS } from "./webhook/signature.ts";

const BEFORE_ANSWER: StepSupportByState = { unanswered: "yes" };
const WHEN_UP: StepSupportByState = { native: "yes" };
/** What takes the line for itself ends the audio connection. */
const INSTEAD_OF_MEDIA: StepSupportByState = { native: "yes", media: "tears-media" };

const COMMON = {
  audioModes: ["native", "streaming"],
  outbound: true,
  inbound: true,
  defaultFrom: "+15550100000",
  steps: {
    answer: BEFORE_ANSWER,
    reject: BEFORE_ANSWER,
    say: INSTEAD_OF_MEDIA,
    play: INSTEAD_OF_MEDIA,
    listen: WHEN_UP,
    sendDigits: WHEN_UP,
    pause: WHEN_UP,
    record: WHEN_UP,
    transfer: INSTEAD_OF_MEDIA,
    connectMedia: WHEN_UP,
    disconnectMedia: { media: "yes" },
  },
  listen: { speech: true, digits: true, interruptiblePrompt: true, proof: "echoed" },
  dialDigits: true,
  dtmfIn: { native: "event", media: "event" },
  dtmfOut: { native: "command", media: "stream" },
  machineDetection: true,
  maxDuration: true,
  ringTimeout: true,
  find: true,
} as const satisfies Partial<CarrierCapabilities>;

/** Audio stays in the process. */
const MEDIA = { transport: "attached", formats: [MULAW_8K], marks: true, clear: true } as const;

/** A push carrier is told to be quiet; a pull carrier gets another document instead. */
const PUSH = { ...COMMON, flow: "push", steps: { ...COMMON.steps, stopSpeech: WHEN_UP }, media: { ...MEDIA, recovery: "reissue" } } as const;

const BY_FLOW: Readonly<Record<MockFlow, CarrierCapabilities>> = {
  pull: { ...COMMON, flow: "pull", webhooks: true, signatureHeaders: SIGNATURE_HEADERS, nudge: true, media: { ...MEDIA, recovery: "refetch" } },
  push: { ...PUSH, webhooks: true, signatureHeaders: SIGNATURE_HEADERS },
  emit: PUSH,
};

/** What the mock can do in the configured flow. Its webhooks stay in the process, so none has to be public. */
export function capabilities({ flow }: MockConfig): CarrierCapabilities {
  return BY_FLOW[flow];
}
