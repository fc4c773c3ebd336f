import type { FormFields } from "@openclaw/telephony-kit";

/** A refusal as Twilio words it. */
export interface RestError {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

interface Rule {
  readonly fits: RegExp;
  /** Twilio's code where it does not. */
  readonly code: number;
  readonly repeated?: boolean;
  readonly max?: number;
}

const ANY_URL = /^https?:\/\/[^\s_/]+(\/\S*)?$/;
const METHOD: Rule = { fits: /^(GET|POST)$/, code: 21403 };
const DOCUMENT_URL: Rule = { fits: ANY_URL, code: 21205 };
const CALLBACK: Rule = { fits: ANY_URL, code: 21609 };
const TWIML: Rule = { fits: /^[\s\S]{1,4000}$/, code: 21218 };
const number = (code: number): Rule => ({ fits: /^\+[1-9]\d{1,14}$/, code });
const whole = (max: number): Rule => ({ fits: /^[1-9]\d{0,5}$/, code: 21200, max });

/** Parameters of a new call that the fake carries out. Twilio has more. */
export const CREATE: Readonly<Record<string, Rule>> = {
  To: number(21211),
  From: number(21212),
  Url: DOCUMENT_URL,
  Method: METHOD,
  Twiml: TWIML,
  StatusCallback: CALLBACK,
  StatusCallbackMethod: METHOD,
  StatusCallbackEvent: { fits: /^(initiated|ringing|answered|completed)$/, code: 21626, repeated: true },
  Timeout: whole(600),
  TimeLimit: whole(86400),
  SendDigits: { fits: /^[0-9A-D#*wW]{1,32}$/, code: 21200 },
  MachineDetection: { fits: /^(Enable|DetectMessageEnd)$/, code: 21200 },
  // Without it Twilio holds the document back until there is a verdict, which nobody here wants.
  AsyncAmd: { fits: /^true$/, code: 21200 },
  AsyncAmdStatusCallback: CALLBACK,
  AsyncAmdStatusCallbackMethod: METHOD,
};

/** Parameters of a change. */
export const UPDATE: Readonly<Record<string, Rule>> = {
  Url: DOCUMENT_URL,
  Method: METHOD,
  Twiml: TWIML,
  Status: { fits: /^(completed|canceled)$/, code: 21218 },
  StatusCallback: CALLBACK,
  StatusCallbackMethod: METHOD,
};

/** What is wrong with the parameters of a request, or nothing. */
export function parameterFault(fields: FormFields, rules: Readonly<Record<string, Rule>>): RestError | undefined {
  if (fields.malformed) return { status: 400, code: 20001, message: "The body is no form" };
  for (const [name, value] of fields.entries) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) return { status: 400, code: 20001, message: `Unknown parameter '${name}'` };
    if (!rule.fits.test(value) || Number(value) > (rule.max ?? Number.POSITIVE_INFINITY)) return { status: 400, code: rule.code, message: `The '${name}' ${value} is not valid.` };
    if (!rule.repeated && fields.getAll(name).length > 1) return { status: 400, code: 20001, message: `Parameter '${name}' is given more than once` };
  }
  return undefined;
}
