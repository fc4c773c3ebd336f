import type { CallIntent, CarrierCapabilities, Refusal, StepSupportByState } from "@openclaw/telephony-contract";
import { PLIVO_KEYS } from "./numbers.ts";

const BEFORE_ANSWER: StepSupportByState = { unanswered: "yes" };
const WHEN_UP: StepSupportByState = { native: "yes" };

/** What Plivo can do. Keys that are pressed while nobody listens are not reported, so there is no `dtmfIn`. */
export const capabilities: CarrierCapabilities = {
  flow: "pull",
  audioModes: ["native"],
  webhooks: true,
  publicWebhook: ["native"],
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
    say: WHEN_UP,
    play: WHEN_UP,
    listen: WHEN_UP,
    sendDigits: WHEN_UP,
    pause: WHEN_UP,
    transfer: WHEN_UP,
  },
  listen: { speech: true, digits: true, interruptiblePrompt: true, proof: "echoed" },
  nudge: true,
  dialDigits: true,
  dtmfOut: { native: "command" },
  machineDetection: true,
  maxDuration: true,
  ringTimeout: true,
};

/** What Plivo cannot do of an intent, beyond the capabilities. */
export function check({ dialDigits, record }: CallIntent): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (dialDigits !== undefined && !PLIVO_KEYS.test(dialDigits))
    refusals.push({ code: "dial-digits-not-supported", message: "Plivo presses the keys 0-9 * # only, with w and W as pauses: leave A to D out" });
  if (record === true) refusals.push({ code: "record-not-supported", message: "calls over Plivo are not recorded: leave the recording out" });
  return refusals;
}
