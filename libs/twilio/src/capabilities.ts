import { MULAW_8K, type CallIntent, type CarrierCapabilities, type Refusal, type StepSupportByState } from "@openclaw/telephony-contract";
import type { TwilioConfig } from "./config.ts";

/** Characters of the longest text in one `<Say>`: what Twilio's neural voices take at once. */
export const MAX_SAY_CHARS = 3_000;
/** Keys and pauses of the longest `SendDigits`. */
export const MAX_DIAL_DIGITS = 32;

const BEFORE_ANSWER: StepSupportByState = { unanswered: "yes" };
const WHEN_UP: StepSupportByState = { native: "yes" };
/** Whoever fetches a document has left the stream. */
const INSTEAD_OF_MEDIA: StepSupportByState = { native: "yes", media: "tears-media" };

const COMMON: CarrierCapabilities = {
  flow: "pull",
  audioModes: ["native", "streaming"],
  webhooks: true,
  publicWebhook: ["native", "streaming"],
  signatureHeaders: [["x-twilio-signature"]],
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
  maxSayChars: MAX_SAY_CHARS,
  nudge: true,
  dialDigits: true,
  dtmfIn: { media: "stream" },
  dtmfOut: { native: "command", media: "in-band" },
  machineDetection: true,
  maxDuration: true,
  ringTimeout: true,
  media: { transport: "socket", formats: [MULAW_8K], marks: true, clear: true, recovery: "refetch" },
};

/** What Twilio can do. Keys that are pressed while nobody listens are reported in a stream only. */
export function capabilities({ fromNumber }: TwilioConfig): CarrierCapabilities {
  return fromNumber === undefined ? COMMON : { ...COMMON, defaultFrom: fromNumber };
}

/** Combinations that Twilio does not take, or takes and then ignores. */
export function check({ dialDigits = "", machineDetection, record }: CallIntent): readonly Refusal[] {
  const rules: readonly [unknown, string, string][] = [
    [dialDigits !== "" && machineDetection, "dial-digits-with-machine-detection", "keys at the begin of a call switch Twilio's machine detection off: leave one of them out"],
    [dialDigits.length > MAX_DIAL_DIGITS, "dial-digits-too-long", `Twilio presses at most ${MAX_DIAL_DIGITS} keys and pauses at the begin of a call`],
    [record, "record", "Twilio's documents can begin a recording and not stop it, so calls are not recorded"],
  ];
  return rules.filter(([applies]) => applies).map(([, code, message]) => ({ code, message }));
}
