import { TelephonyError, type CallUrls, type CarrierVoice, type ConnectMediaStep, type ListenStep, type Plan, type Step, type TransferStep, type WebhookReply } from "@openclaw/telephony-contract";
import { element, isLanguageTag, isVoiceName, renderXml, wholeSeconds, type XmlNode } from "@openclaw/telephony-kit";
import { toPlivoNumber } from "./numbers.ts";

/** Characters of one Speak element (plivo.com/docs/voice/xml/speak). */
const MAX_SPEAK_CHARS = 3_000;
/** Plivo drops a document of 100 KB. A part is kept free for what ends it. */
const MAX_DOCUMENT_BYTES = 98_000;
/** A plan without a step keeps the line for this long before it asks again. Seconds. */
const EMPTY_HOLD_S = 10;
/** Seconds of silence behind a stream that was lost: time for us to come back after a restart and have the call ask again. */
const LOST_HOLD_S = 30;
/** Seconds of the longest stream that there may be: a day. */
const STREAM_S = 86_400;
/** Hints of one GetInput: phrases, characters of each, characters of all. */
const HINTS = { phrases: 500, each: 100, all: 10_000 } as const;

/** Languages of the voices WOMAN and MAN; the first of a language stands for its other regions. */
const BASIC_LANGUAGES = "en-US en-GB en-AU da-DK nl-NL fr-FR fr-CA de-DE it-IT pl-PL pt-BR pt-PT ru-RU es-ES es-US sv-SE".split(" ");
const BASIC_VOICE = /^(wo)?man$/i;
const POLLY_VOICE = /^Polly\.[A-Za-z-]+$/;

/** The document for a plan: pure, never empty, never too large. `omitted` is told, for the log, what a plan asks for in vain. */
export function renderDocument({ steps, then }: Plan, urls: CallUrls, omitted: (why: string) => void): WebhookReply {
  const verbs = steps.flatMap((step) => toVerbs(step, urls, omitted));
  if (verbs.length === 0 && then === "hold") verbs.push(element("Wait", { length: EMPTY_HOLD_S }));
  if (steps.at(-1)?.kind === "connectMedia" && then === "hold") verbs.push(element("Wait", { length: LOST_HOLD_S }));
  const kept = verbs.slice(0, fitting(verbs));
  if (kept.length < verbs.length) omitted("a plan is larger than Plivo's documents may be: its end was left out");
  // A refusal is a hang-up already.
  if (kept.at(-1)?.name !== "Hangup")
    kept.push(then === "hangup" ? element("Hangup") : element("Redirect", { method: "POST" }, urls.continuation));
  const body = renderXml(element("Response", {}, kept));
  return { status: 200, headers: { "content-type": "application/xml; charset=utf-8" }, body };
}

/** How many of the elements fit into one document. */
function fitting(verbs: readonly XmlNode[]): number {
  let bytes = 0;
  const tooMany = verbs.findIndex((verb) => (bytes += Buffer.byteLength(renderXml(verb))) > MAX_DOCUMENT_BYTES);
  return tooMany === -1 ? verbs.length : tooMany;
}

function toVerbs(step: Step, urls: CallUrls, omitted: (why: string) => void): XmlNode[] {
  switch (step.kind) {
    case "answer":
    case "disconnectMedia":
      // Whatever is not a refusal takes the call off the hook, and whoever fetched this has left the stream.
      return [];
    case "reject":
      return [element("Hangup", { reason: step.reason })];
    case "say":
      return speak(step.text, step.voice);
    case "play":
      return [element("Play", {}, step.url)];
    case "pause":
      return [element("Wait", { length: Math.max(1, Math.round(step.durationMs / 1000)) })];
    case "listen":
      return listen(step, urls);
    case "sendDigits":
      return press(step.digits, omitted);
    case "transfer":
      return [dial(step, urls)];
    case "connectMedia":
      return [stream(step, urls)];
    default:
      throw new TelephonyError("unsupported", `Plivo's documents have no step "${step.kind}"`);
  }
}

function speak(text: string, voice: CarrierVoice | undefined): XmlNode[] {
  return pieces(text).map((piece) => element("Speak", toVoice(voice), piece));
}

/** Only names that Plivo knows: an element with an unknown voice or language would end the call. */
function toVoice({ name = "", language = "" }: CarrierVoice = {}): { voice?: string; language?: string } {
  const tag = isLanguageTag(language) ? language : undefined;
  if (isVoiceName(name) && POLLY_VOICE.test(name)) return { voice: name, ...(tag && { language: tag }) };
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  const known =
    tag && (BASIC_LANGUAGES.find((one) => same(one, tag)) ?? BASIC_LANGUAGES.find((one) => same(one.slice(0, 2), tag.split("-", 1)[0] ?? "")));
  return { ...(BASIC_VOICE.test(name) && { voice: name.toUpperCase() }), ...(known && { language: known }) };
}

/** Listens, and goes on behind the element where nothing came. What may not be talked over is said before. */
function listen({ input, prompt, language, noInputMs, endSilenceMs, digits, hints = [] }: ListenStep, urls: CallUrls): XmlNode[] {
  const words = prompt ? speak(prompt.text, prompt.voice) : [];
  const inside = prompt?.interruptible ? words : [];
  const keys = input !== "speech";
  const speech = input !== "digits";
  const finishOn = digits?.finishOn?.[0];
  const getInput = element(
    "GetInput",
    {
      action: urls.document,
      method: "POST",
      inputType: input === "both" ? "dtmf speech" : input === "digits" ? "dtmf" : "speech",
      executionTimeout: wholeSeconds(noInputMs, { min: 5, max: 60 }),
      speechEndTimeout: speech ? clamp(Math.round(endSilenceMs / 1000), 2, 10) : undefined,
      digitEndTimeout: keys && digits?.interDigitMs !== undefined ? clamp(Math.round(digits.interDigitMs / 1000), 2, 10) : undefined,
      numDigits: keys && digits?.max !== undefined ? clamp(digits.max, 1, 32) : undefined,
      finishOnKey: keys && finishOn !== undefined && /[0-9*#]/.test(finishOn) ? finishOn : undefined,
      language: speech && language !== undefined && isLanguageTag(language) ? language : undefined,
      hints: speech ? hintList(hints) : undefined,
      redirect: true,
      // What was said and pressed is not for Plivo's logs.
      log: false,
    },
    inside,
  );
  return prompt?.interruptible ? [getInput] : [...words, getInput];
}

function hintList(hints: readonly string[]): string | undefined {
  const phrases = hints.map((hint) => hint.replaceAll(",", " ").trim()).filter((hint) => hint !== "" && hint.length <= HINTS.each);
  let chars = 0;
  const kept = phrases.slice(0, HINTS.phrases).filter((hint) => (chars += hint.length + 1) <= HINTS.all);
  return kept.length > 0 ? kept.join(",") : undefined;
}

function press(digits: string, omitted: (why: string) => void): XmlNode[] {
  const keys = digits.replaceAll(/[^0-9*#wW]/g, "");
  if (keys !== digits) omitted("Plivo presses the keys 0-9 * # only: others were left out");
  return keys === "" ? [] : [element("DTMF", { async: false }, keys)];
}

function dial({ to, callerId, ringTimeoutMs }: TransferStep, urls: CallUrls): XmlNode {
  const report = { action: urls.transfer, method: "POST", redirect: true, callbackUrl: urls.transfer, callbackMethod: "POST" };
  const target = /^sips?:/i.test(to) ? element("User", {}, to) : element("Number", {}, toPlivoNumber(to));
  const attributes = { ...report, timeout: wholeSeconds(ringTimeoutMs), callerId: callerId && toPlivoNumber(callerId) };
  return element("Dial", attributes, [target]);
}

/** With `keepCallAlive` the document goes on when the stream is over, however that came: so a lost one comes back to us. */
function stream({ url }: ConnectMediaStep, urls: CallUrls): XmlNode {
  const ways = { bidirectional: true, audioTrack: "inbound", keepCallAlive: true, contentType: "audio/x-mulaw;rate=8000", streamTimeout: STREAM_S };
  return element("Stream", { ...ways, statusCallbackUrl: urls.media, statusCallbackMethod: "POST" }, url);
}

/** A text in pieces that fit into one element, broken at the end of a sentence, else at a space. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let rest = text.trim();
  while (rest.length > MAX_SPEAK_CHARS) {
    const head = rest.slice(0, MAX_SPEAK_CHARS);
    const sentence = Math.max(head.lastIndexOf(". "), head.lastIndexOf("! "), head.lastIndexOf("? ")) + 1;
    const space = head.lastIndexOf(" ");
    const halved = /[\uD800-\uDBFF]$/.test(head) ? 1 : 0;
    const cut = sentence > 0 ? sentence : space > 0 ? space : MAX_SPEAK_CHARS - halved;
    found.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest === "" ? found : [...found, rest];
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
