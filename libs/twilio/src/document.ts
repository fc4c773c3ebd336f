import { TelephonyError, type CallUrls, type CarrierVoice, type ListenStep, type Plan, type Step, type TransferStep, type WebhookReply } from "@openclaw/telephony-contract";
import { element, isLanguageTag, isVoiceName, renderXml, wholeSeconds, type XmlNode } from "@openclaw/telephony-kit";

/** Seconds of silence that a plan without a step holds the line before Twilio asks again; a nudge ends them sooner. */
const EMPTY_HOLD_S = 10;
/** Seconds of silence behind a stream that was lost: time for us to come back after a restart and have the call ask again. */
const LOST_HOLD_S = 30;
/** What `hints` takes: phrases, and characters of each. */
const MAX_HINTS = 500;
const MAX_HINT_CHARS = 100;
const HEADERS = { "content-type": "text/xml; charset=utf-8" };

/** The document (TwiML) for a plan. Throws `unsupported` for a step that Twilio was not declared to take. */
export function renderPlan(plan: Plan, urls: CallUrls): WebhookReply {
  return reply(...verbsOf(plan, urls));
}

/** The document that hangs up. */
export const HANG_UP: WebhookReply = reply(element("Hangup"));

function reply(...verbs: readonly XmlNode[]): WebhookReply {
  return { status: 200, headers: HEADERS, body: renderXml(element("Response", {}, verbs)) };
}

function verbsOf({ steps, then }: Plan, urls: CallUrls): readonly XmlNode[] {
  const [first] = steps;
  if (first?.kind === "reject") return [element("Reject", { reason: first.reason })];
  // Behind a transfer nothing is reached: what follows it is asked for when it ended.
  const transfer = steps.findIndex(({ kind }) => kind === "transfer");
  if (transfer !== -1) return steps.slice(0, transfer + 1).flatMap((step) => toVerbs(step, urls));
  const verbs = steps.flatMap((step) => toVerbs(step, urls));
  if (then === "hangup") return [...verbs, element("Hangup")];
  if (verbs.length === 0) verbs.push(pause(EMPTY_HOLD_S * 1000));
  if (steps.at(-1)?.kind === "connectMedia") verbs.push(pause(LOST_HOLD_S * 1000));
  return [...verbs, element("Redirect", { method: "POST" }, urls.continuation)];
}

function toVerbs(step: Step, urls: CallUrls): readonly XmlNode[] {
  switch (step.kind) {
    case "answer":
      // Any document without a `Reject` takes the call off the hook.
      return [];
    case "say":
      return say(step.text, step.voice);
    case "play":
      return [element("Play", {}, step.url)];
    case "pause":
      return [pause(step.durationMs)];
    case "sendDigits":
      return [element("Play", { digits: step.digits.replace(/[a-d]/g, (key) => key.toUpperCase()) })];
    case "listen":
      return listen(step, urls);
    case "connectMedia":
      return [stream(step.url, urls)];
    case "disconnectMedia":
      // Whoever reads this document has left the stream.
      return [];
    case "transfer":
      return [dial(step, urls)];
    default:
      throw new TelephonyError("unsupported", `Twilio's documents have no step "${step.kind}"`);
  }
}

/** A text without anything to pronounce is left out: Twilio does not take an empty `Say`. */
function say(text: string, voice: CarrierVoice | undefined): readonly XmlNode[] {
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(text)) return [];
  return [element("Say", { voice: only(isVoiceName, voice?.name), language: only(isLanguageTag, voice?.language) }, text)];
}

function pause(ms: number): XmlNode {
  return element("Pause", { length: wholeSeconds(ms) });
}

/**
 * Listens, then falls through to what follows. A prompt that may be talked over is said while listening; any other goes
 * before it, because a key would cut it short even without `bargeIn`.
 */
function listen({ input, prompt, language, noInputMs, endSilenceMs, digits, hints }: ListenStep, urls: CallUrls): readonly XmlNode[] {
  const words = prompt ? say(prompt.text, prompt.voice) : [];
  const interruptible = prompt?.interruptible ?? true;
  const bySpeech = input !== "digits" && {
    language: only(isLanguageTag, language),
    speechTimeout: wholeSeconds(endSilenceMs),
    hints: hintList(hints),
  };
  const byKeys = input !== "speech" && {
    numDigits: digits?.max,
    finishOnKey: only((key) => /^[0-9*#]?$/.test(key), digits?.finishOn),
  };
  const attributes = {
    input: { speech: "speech", digits: "dtmf", both: "dtmf speech" }[input],
    action: urls.document,
    method: "POST",
    actionOnEmptyResult: false,
    bargeIn: interruptible,
    timeout: wholeSeconds(noInputMs),
    ...bySpeech,
    ...byKeys,
  };
  return interruptible ? [element("Gather", attributes, words)] : [...words, element("Gather", attributes)];
}

/** A stream both ways. What follows is reached when it has ended, whoever ended it, and also when it never began. */
function stream(url: string, urls: CallUrls): XmlNode {
  return element("Connect", {}, [element("Stream", { url, statusCallback: urls.media, statusCallbackMethod: "POST" })]);
}

/** Rings the other party. Its answer is reported at once and not only when the two have talked. */
function dial({ to, callerId, ringTimeoutMs }: TransferStep, urls: CallUrls): XmlNode {
  const noun = /^sips?:/i.test(to) ? "Sip" : "Number";
  const party = element(noun, { statusCallback: urls.transfer, statusCallbackMethod: "POST", statusCallbackEvent: "answered" }, to);
  return element("Dial", { action: urls.transfer, method: "POST", timeout: wholeSeconds(ringTimeoutMs), callerId }, party);
}

/** A comma separates phrases, so it cannot be in one. */
function hintList(hints: readonly string[] = []): string | undefined {
  const phrases = hints.map((hint) => hint.replaceAll(",", " ").trim().slice(0, MAX_HINT_CHARS)).filter((hint) => hint !== "");
  return phrases.length > 0 ? phrases.slice(0, MAX_HINTS).join(",") : undefined;
}

/** A value that fits; one that does not is left out, and Twilio's default takes its place. */
function only(fits: (value: string) => boolean, value: string | undefined): string | undefined {
  return value !== undefined && fits(value) ? value : undefined;
}
