import type { WebhookReply } from "@openclaw/telephony-contract";
import { readXml, XmlFault, type XmlElement } from "./xml-reader.ts";

/** Bytes of the largest document that Twilio reads. */
const MAX_DOCUMENT_BYTES = 64 * 1024;
/** Characters of the longest text in one `Say`. */
const MAX_SAY_CHARS = 4_096;

/** A document that Twilio does not carry out, with the code that its debugger shows. */
export interface DocumentFault {
  readonly code: 11200 | 11750 | 12100 | 12200 | 12300;
  readonly message: string;
}

/** What an element may have: attributes by their patterns, and what stands in it. */
interface Shape {
  readonly attributes?: Readonly<Record<string, RegExp>>;
  readonly text?: RegExp;
  readonly children?: readonly string[];
}

const URL_TEXT = /^https?:\/\/[^\s_/]+(\/\S*)?$/;
const METHOD = /^(GET|POST)$/;
const WHOLE = /^\d{1,6}$/;
const POSITIVE = /^[1-9]\d{0,5}$/;
const YES_NO = /^(true|false)$/;
const LANGUAGE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/;
const SPEECH = new RegExp(`^[\\s\\S]{1,${MAX_SAY_CHARS}}$`);
const TARGET = { statusCallback: URL_TEXT, statusCallbackMethod: METHOD, statusCallbackEvent: /^(initiated|ringing|answered|completed)( (initiated|ringing|answered|completed))*$/ };

const SAY: Shape = { attributes: { voice: /^[A-Za-z][\w. -]*$/, language: LANGUAGE, loop: WHOLE }, text: SPEECH };

/** The verbs that this fake carries out, with what Twilio's schema lets them have. */
const SHAPES: Readonly<Record<string, Shape>> = {
  Response: { children: ["Say", "Play", "Pause", "Gather", "Dial", "Connect", "Redirect", "Hangup", "Reject"] },
  Say: SAY,
  Play: { attributes: { digits: /^[0-9A-D*#wW]+$/, loop: WHOLE }, text: /^(https?:\/\/\S+)?$/ },
  Pause: { attributes: { length: POSITIVE } },
  Redirect: { attributes: { method: METHOD }, text: URL_TEXT },
  Hangup: {},
  Reject: { attributes: { reason: /^(rejected|busy)$/ } },
  Gather: {
    attributes: {
      action: URL_TEXT,
      method: METHOD,
      input: /^(dtmf|speech|dtmf speech|speech dtmf)$/,
      timeout: POSITIVE,
      speechTimeout: /^(auto|[1-9]\d{0,3})$/,
      maxSpeechTime: POSITIVE,
      numDigits: POSITIVE,
      finishOnKey: /^[0-9*#]?$/,
      hints: /^[^,]{1,100}(,[^,]{1,100}){0,499}$/,
      language: LANGUAGE,
      actionOnEmptyResult: YES_NO,
      bargeIn: YES_NO,
      profanityFilter: YES_NO,
    },
    children: ["Say"],
  },
  Connect: { attributes: { action: URL_TEXT, method: METHOD }, children: ["Stream"] },
  // What is wrong with its URL shows when Twilio connects.
  Stream: {
    attributes: { url: /^\S+$/, name: /^.{1,100}$/, track: /^inbound_track$/, statusCallback: URL_TEXT, statusCallbackMethod: METHOD },
    children: ["Parameter"],
  },
  Parameter: { attributes: { name: /^.{1,250}$/, value: /^.{0,249}$/ } },
  Dial: { attributes: { action: URL_TEXT, method: METHOD, timeout: POSITIVE, timeLimit: POSITIVE, callerId: /^\+[1-9]\d{1,14}$/, answerOnBridge: YES_NO }, children: ["Number", "Sip"] },
  Number: { attributes: TARGET, text: /^\+[1-9]\d{1,14}$/ },
  Sip: { attributes: TARGET, text: /^sips?:[^\s@]+@[^\s@]+$/ },
};

/** The verbs of a document, or why Twilio would not carry it out. Nothing is guessed. */
export function readDocument({ status, headers, body }: WebhookReply): { readonly verbs: readonly XmlElement[] } | { readonly fault: DocumentFault } {
  if (status < 200 || status > 299) return faulty(11200, `HTTP ${status}`);
  if (!/^(text|application)\/xml\b/.test(headers["content-type"] ?? "")) return faulty(12300, "the content type is not XML");
  return readTwiml(body);
}

/** The same for a text that came along with a request. */
export function readTwiml(body: string): { readonly verbs: readonly XmlElement[] } | { readonly fault: DocumentFault } {
  if (Buffer.byteLength(body) > MAX_DOCUMENT_BYTES) return faulty(11750, "the document is too large");
  try {
    const root = readXml(body);
    const wrong = root.name === "Response" ? faultIn(root) : `the document is a ${root.name}`;
    if (wrong !== undefined) return faulty(12200, wrong);
    return { verbs: root.children.filter((child) => typeof child !== "string") };
  } catch (error) {
    if (error instanceof XmlFault) return faulty(12100, error.message);
    throw error;
  }
}

/** The text in an element. */
export function textOf({ children }: XmlElement): string {
  return children.filter((child) => typeof child === "string").join("").trim();
}

/** The elements in an element. */
export function elementsOf({ children }: XmlElement): readonly XmlElement[] {
  return children.filter((child) => typeof child !== "string");
}

function faultIn(element: XmlElement): string | undefined {
  const { name, attributes } = element;
  const shape = SHAPES[name];
  if (!shape) return `there is no verb ${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    const pattern = shape.attributes?.[key];
    if (!pattern) return `${name} has no attribute ${key}`;
    if (!pattern.test(value)) return `the attribute ${key} of ${name} has no such value`;
  }
  if (!(shape.text ?? /^$/).test(textOf(element))) return `the text of ${name} is not what belongs there`;
  const elements = elementsOf(element);
  const stray = elements.find((child) => !shape.children?.includes(child.name));
  if (stray) return `${stray.name} does not belong into ${name}`;
  return elements.map(faultIn).find((fault) => fault !== undefined) ?? relationFault(element);
}

/** What no single attribute tells. */
function relationFault(element: XmlElement): string | undefined {
  const { name, attributes } = element;
  const elements = elementsOf(element);
  if (name === "Play" && (attributes.digits === undefined) === (textOf(element) === "")) return "Play has either digits or a URL";
  if (name === "Connect" && elements.length !== 1) return "Connect has one stream";
  if (name === "Stream" && attributes.url === undefined) return "Stream has a URL";
  if (name === "Dial" && elements.length !== 1) return "Dial rings one party here";
  if (name === "Response" && elements.slice(1).some((verb) => verb.name === "Reject")) return "Reject works only as the first verb";
  return undefined;
}

function faulty(code: DocumentFault["code"], message: string) {
  return { fault: { code, message } };
}
