import { TelephonyError, type CallUrls, type CarrierVoice, type Plan, type Step, type WebhookReply } from "@openclaw/telephony-contract";
import { DOCUMENT_TYPE, type CallDocument, type Verb } from "./format.ts";

/** A plan without a step keeps the line for this long before it asks again. */
const EMPTY_HOLD_MS = 1_000;

/** The document for a plan. */
export function renderDocument({ callId, nonce, steps, then }: Plan, urls: CallUrls): WebhookReply {
  const verbs = steps.flatMap((step) => toVerb(step, nonce, urls));
  const document: CallDocument = {
    callId,
    callbacks: { status: urls.status, machine: urls.machine, recording: urls.recording },
    verbs: verbs.length > 0 ? verbs : [{ verb: "pause", ms: then === "hold" ? EMPTY_HOLD_MS : 0 }],
    then: then === "hangup" ? { hangup: true } : { fetch: urls.continuation },
  };
  return { status: 200, headers: { "content-type": DOCUMENT_TYPE }, body: JSON.stringify(document) };
}

function toVerb(step: Step, nonce: string, urls: CallUrls): Verb[] {
  switch (step.kind) {
    case "answer":
    case "disconnectMedia":
      // Whatever is not a refusal takes the call off the hook, and whoever fetched this has left the audio connection.
      return [];
    case "connectMedia":
      // There is no socket that anybody would have to find.
      return [{ verb: "connect" }];
    case "say":
      return [{ verb: "say", text: step.text, ...toVoice(step.voice) }];
    case "play":
      return [{ verb: "play", url: step.url }];
    case "listen": {
      const { input, noInputMs, endSilenceMs, language, digits, hints, prompt } = step;
      return [
        {
          verb: "gather",
          action: urls.document,
          state: nonce,
          input,
          noInputMs,
          endSilenceMs,
          ...(prompt && { prompt: { text: prompt.text, interruptible: prompt.interruptible, ...toVoice(prompt.voice) } }),
          ...(language !== undefined && { language }),
          ...(digits && { digits }),
          ...(hints && { hints: [...hints] }),
        },
      ];
    }
    case "sendDigits":
      return [{ verb: "press", digits: step.digits }];
    case "pause":
      return [{ verb: "pause", ms: step.durationMs }];
    case "record":
      return [{ verb: "record", action: step.action, ...(step.channels && { channels: step.channels }) }];
    case "transfer": {
      // What follows a failure is asked for when it failed: content travels in answers to fetches only.
      const { id, to, ringTimeoutMs, callerId } = step;
      return [{ verb: "transfer", id, to, ringTimeoutMs, action: urls.transfer, ...(callerId !== undefined && { callerId }) }];
    }
    case "reject":
      return [{ verb: "reject", reason: step.reason }];
    default:
      throw new TelephonyError("unsupported", `the mock has no step "${step.kind}" in its documents`);
  }
}

function toVoice(voice: CarrierVoice | undefined): { voice?: string; language?: string } {
  return { ...(voice?.name !== undefined && { voice: voice.name }), ...(voice?.language !== undefined && { language: voice.language }) };
}
