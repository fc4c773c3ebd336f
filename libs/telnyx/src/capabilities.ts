import { MULAW_8K, type CallIntent, type CarrierCapabilities, type Refusal, type StepSupportByState } from "@openclaw/telephony-contract";
import { KEYS } from "./numbers.ts";

const BEFORE_ANSWER: StepSupportByState = { unanswered: "yes" };
const WHEN_UP: StepSupportByState = { native: "yes" };
/** The audio connection is ended first, because nobody would hear both. */
const INSTEAD_OF_MEDIA: StepSupportByState = { native: "yes", media: "tears-media" };

/** Characters of one `speak` command. The table of error codes says 5000, the API reference 3000: the smaller one counts. */
const MAX_SAY_CHARS = 3000;

/** Characters of `send_digits_on_answer`. */
const MAX_DIAL_DIGITS = 64;

/**
 * What Telnyx can do. There is no `pause`, which has no command, and no `find`: the list of active calls is not said to
 * hold calls that still ring, so that a call which is not on it may ring all the same.
 */
export const capabilities: CarrierCapabilities = {
  flow: "push",
  audioModes: ["native", "streaming"],
  webhooks: true,
  publicWebhook: ["native", "streaming"],
  signatureHeaders: [["telnyx-signature-ed25519", "telnyx-timestamp"]],
  outbound: true,
  inbound: true,
  steps: {
    answer: BEFORE_ANSWER,
    reject: BEFORE_ANSWER,
    say: INSTEAD_OF_MEDIA,
    play: INSTEAD_OF_MEDIA,
    listen: WHEN_UP,
    sendDigits: { native: "yes", media: "yes" },
    stopSpeech: WHEN_UP,
    transfer: INSTEAD_OF_MEDIA,
    connectMedia: WHEN_UP,
    disconnectMedia: { media: "yes" },
  },
  // `client_state` is a state of the leg: a webhook brings the latest one, whichever command it came with.
  listen: { speech: true, digits: true, interruptiblePrompt: true, partials: true, proof: "leg-state" },
  maxSayChars: MAX_SAY_CHARS,
  dialDigits: true,
  // Keys come by webhook in any case, and in the stream as well: one of the two is left alone.
  dtmfIn: { native: "event", media: "event" },
  dtmfOut: { native: "command", media: "command" },
  machineDetection: true,
  maxDuration: true,
  ringTimeout: true,
  // We ask for this format. What a stream really has its start says.
  media: { transport: "socket", formats: [MULAW_8K], marks: true, clear: true, recovery: "reissue" },
};

/** What the capabilities alone do not say of a call. */
export function check({ dialDigits, record }: CallIntent): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (dialDigits !== undefined && (!KEYS.test(dialDigits) || dialDigits.length > MAX_DIAL_DIGITS))
    refusals.push({ code: "dial-digits-invalid", message: `Telnyx presses up to ${MAX_DIAL_DIGITS} keys on answering: 0-9 A-D * #, with w and W as pauses` });
  if (record === true) refusals.push({ code: "record-not-supported", message: "calls over Telnyx are not recorded: leave the recording out" });
  return refusals;
}
