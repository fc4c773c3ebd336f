import { XmlFault, type XmlElement } from "./xml.ts";

/** What an attribute or a text has to look like. */
type Form = RegExp | ((value: string) => boolean);

/** What an element may consist of. */
interface Rule {
  readonly attributes?: Readonly<Record<string, Form>>;
  readonly required?: readonly string[];
  readonly children?: readonly string[];
  /** Absent: there is no text. */
  readonly text?: Form;
}

const url = (value: string) => value.length <= 2048 && /^https?:\/\/\S+$/.test(value) && URL.canParse(value);
const socketUrl = (value: string) => value.length <= 2048 && /^wss:\/\/\S+$/.test(value) && URL.canParse(value);
const between = (least: number, most: number) => (value: string) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;
const positive = between(1, Number.MAX_SAFE_INTEGER);
const whole = between(0, Number.MAX_SAFE_INTEGER);
const bool = /^(true|false)$/;
const method = /^(GET|POST)$/;
const timeout = (value: string) => value === "auto" || between(2, 10)(value);
const languageTag = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const key = /^[0-9*#]$/;
const anything = /^/;

const SPEAK: Rule = {
  attributes: { voice: /^(WOMAN|MAN|Polly\.[A-Za-z-]+)$/, language: languageTag, loop: whole },
  text: (value) => value.length > 0 && value.length <= 3000,
};

/** Elements of Plivo's XML that this fake carries out (plivo.com/docs/voice/xml). */
const RULES: Readonly<Record<string, Rule>> = {
  Response: { children: ["Speak", "Play", "GetInput", "Wait", "Redirect", "Hangup", "DTMF", "Dial", "Stream"] },
  Speak: SPEAK,
  Play: { attributes: { loop: whole }, text: url },
  GetInput: {
    attributes: {
      action: url,
      method,
      inputType: /^(dtmf|speech|dtmf speech)$/,
      executionTimeout: between(5, 60),
      digitEndTimeout: timeout,
      speechEndTimeout: timeout,
      numDigits: between(1, 32),
      finishOnKey: key,
      language: languageTag,
      speechModel: /^(default|command_and_search|phone_call|telephony)$/,
      hints: (value) => value.length <= 10_000 && value.split(",").length <= 500 && value.split(",").every((hint) => hint.length <= 100),
      profanityFilter: bool,
      interimSpeechResultsCallback: url,
      interimSpeechResultsCallbackMethod: method,
      redirect: bool,
      log: bool,
    },
    required: ["action", "inputType"],
    children: ["Speak", "Play", "Wait"],
  },
  Wait: { attributes: { length: positive, silence: bool, minSilence: positive, beep: bool } },
  Redirect: { attributes: { method }, text: url },
  Hangup: { attributes: { reason: /^(rejected|busy)$/, schedule: positive } },
  DTMF: { attributes: { async: bool }, text: /^[0-9*#wW]+$/ },
  Dial: {
    attributes: {
      action: url,
      method,
      redirect: bool,
      timeout: positive,
      timeLimit: positive,
      callerId: /^\+?\d{7,15}$/,
      callerName: /^.{1,50}$/,
      hangupOnStar: bool,
      callbackUrl: url,
      callbackMethod: method,
      sipHeaders: anything,
    },
    children: ["Number", "User"],
  },
  // As this fake carries it out: both ways, with the rest of the document behind it.
  Stream: {
    attributes: {
      bidirectional: /^true$/,
      audioTrack: /^inbound$/,
      keepCallAlive: /^true$/,
      contentType: /^audio\/x-mulaw;rate=8000$/,
      streamTimeout: positive,
      statusCallbackUrl: url,
      statusCallbackMethod: method,
    },
    required: ["bidirectional", "keepCallAlive", "contentType"],
    text: socketUrl,
  },
  Number: { attributes: { sendDigits: /^[0-9*#wW]+$/ }, text: /^\+?[1-9]\d{6,14}$/ },
  User: { text: /^sips?:\S+@\S+$/ },
};

/** Throws an {@link XmlFault} where a document is not Plivo's: an unknown element or attribute, a wrong value, wrong nesting. */
export function checkDocument(root: XmlElement): void {
  if (root.name !== "Response") throw new XmlFault(`the root element is ${root.name}, not Response`);
  check(root);
}

function check({ name, attributes, children, text }: XmlElement): void {
  const { attributes: known = {}, required = [], children: nested = [], text: form } = RULES[name] as Rule;
  for (const [attribute, value] of attributes) {
    const allowed = Object.hasOwn(known, attribute) ? known[attribute] : undefined;
    if (!allowed) throw new XmlFault(`${name} has no attribute ${attribute}`);
    if (!fits(value, allowed)) throw new XmlFault(`${name} has a wrong ${attribute}`);
  }
  const missing = required.find((attribute) => !attributes.has(attribute));
  if (missing) throw new XmlFault(`${name} needs the attribute ${missing}`);
  if (form === undefined ? text !== "" : !fits(text, form)) throw new XmlFault(`${name} has a wrong text`);
  for (const child of children) {
    if (!nested.includes(child.name)) throw new XmlFault(`${child.name} is not allowed in ${name}`);
    check(child);
  }
  if (name === "Dial" && children.length !== 1) throw new XmlFault("this fake dials one number at a time");
}

function fits(value: string, form: Form): boolean {
  return typeof form === "function" ? form(value) : form.test(value);
}
