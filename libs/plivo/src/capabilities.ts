import { MULAW_8K, type CallIntent, type CarrierCapabilities, type Refusal, type StepSupportByState } from "@openclaw/telephony-contract";
import { PLIVO_KEYS } from "./numbers.ts";

const BEFORE_ANSWER: StepSupportByState = { unanswered: "yes" };
const WHEN_UP: StepSupportByState = { native: "yes" };
/** Whoever fetches a document has left the stream. */
const INSTEAD_OF_MEDIA: StepSupportByState = { native: "yes", media: "tears-media" };

/** What Plivo can do. Keys that are pressed while nobody listens are reported in a stream only. */
export const capabilities: CarrierCapabilities = {
  flow: "pull",
  audioModes: ["native", "streaming"],
  webhooks: true,
  publicWebhook: ["native", "streaming"],
  signatureHeaders: [
    ["x-plivo-signature-v3", "x-plivo-signature-v3-nonce"],
    ["x-plivo-signature-ma-v3", "x-plivo-signature-v3-nonce"],
    ["x-plivo-signature-v2", "x-plivo-signature-v2-nonce"],
    ["x-plivo-signature-ma-v2", "x-plivo-signature-v2-nonce"],
  ],
  outbound: true,
  inbound: true,
  steps: {
    answer: BEFORE_ANSWER,
    reject: BEFORE_ANSWER,
    say: INSTEAD_OF_MEDIA,
    play: INSTEAD_OF_MEDIA,
    listen: WHEN_UP,
    sendDigits: WHEN_UP,
    pause: WHEN_UP,
    transfer: INSTEAD_OF_MEDIA,
    connectMedia: WHEN_UP,
    disconnectMedia: { media: "yes" },
  },
  listen: { speech: true, digits: true, interruptiblePrompt: true, proof: "echoed" },
  nudge: true,
  dialDigits: true,
  dtmfIn: { media: "stream" },
  dtmfOut: { native: "command", media: "stream" },
  machineDetection: true,
  maxDuration: true,
  ringTimeout: true,
  media: { transport: "socket", formats: [MULAW_8K], marks: true, clear: true, recovery: "refetch" },
};

/** What Plivo cannot do of an intent, beyond the capabilities. */
export function check({ dialDigits, record }: CallIntent): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (dialDigits !== undefined && !PLIVO_KEYS.test(dialDigits))
    refusals.push({ code: "dial-digits-not-supported", message: "Plivo presses the keys 0-9 * # only, with w and W as pauses: leave A to D out" });
  if (record === true) refusals.push({ code: "record-not-supported", message: "calls over Plivo are not recorded: leave the recording out" });
  return refusals;
}
