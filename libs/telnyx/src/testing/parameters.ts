import type { Refusal } from "./refusals.ts";

/** A JSON object as it came. */
export type Body = Readonly<Record<string, unknown>>;

interface Rule {
  readonly fits: (value: unknown) => boolean;
  /** Telnyx' code where it does not. */
  readonly code: string;
  readonly required?: boolean;
}

const text = (pattern: RegExp, code = "10015"): Rule => ({ fits: (value) => typeof value === "string" && pattern.test(value), code });
const oneOf = (...values: readonly unknown[]): Rule => ({ fits: (value) => values.includes(value), code: "10015" });
const whole = (min: number, max: number, code: string): Rule => ({ fits: (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max, code });
const required = (rule: Rule): Rule => ({ ...rule, required: true });
/** Padded base64. */
const BASE64: Rule = { fits: (value) => typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value, code: "90017" };
const ANY_URL = text(/^https?:\/\/[^\s/]+(\/\S*)?$/);
const NUMBER = text(/^\+[1-9]\d{1,14}$/, "10016");
const DESTINATION = text(/^(\+[1-9]\d{1,14}|sips?:\S+)$/, "10016");
const METHOD = oneOf("POST", "GET");
const RING = whole(5, 600, "90028");
const DURATION = whole(60, 14_000, "90029");
const KEYS = /^[0-9A-D*#wW]+$/;
const MACHINE = oneOf("disabled", "detect", "detect_beep", "detect_words", "greeting_end", "premium");
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,4})*$/;

/** What every command takes. */
const COMMON = { client_state: BASE64, command_id: text(/^\S{1,255}$/) };
const OVERRIDE = { webhook_url: ANY_URL, webhook_url_method: METHOD };
const STOP: Rule = { fits: (value) => value === "all" || value === "current", code: "90016" };

/** Parameters of a new call that the fake carries out. Telnyx has more. */
export const DIAL: Rules = {
  ...COMMON,
  ...OVERRIDE,
  connection_id: required(text(/^\d+$/)),
  from: required(NUMBER),
  to: required(DESTINATION),
  timeout_secs: RING,
  time_limit_secs: DURATION,
  answering_machine_detection: MACHINE,
  send_digits_on_answer: text(/^[0-9A-D*#wW]{1,64}$/, "90014"),
};

type Rules = Readonly<Record<string, Rule>>;

/** Engines, each with the settings that it takes. */
const ENGINES: Readonly<Record<string, Rules>> = {
  Google: { transcription_engine: oneOf("Google"), language: text(/^[a-z]{2,3}$/), interim_results: oneOf(true, false), model: text(/^[a-z_]+$/), hints: listOfText() },
  Telnyx: { transcription_engine: oneOf("Telnyx"), language: text(LANGUAGE), transcription_model: text(/^openai\//) },
  Azure: { transcription_engine: required(oneOf("Azure")), region: required(text(/^[a-z0-9]+$/)), language: text(/^[a-z]{2,3}$/) },
  Deepgram: {
    transcription_engine: required(text(/^deepgram\//)),
    transcription_model: required(text(/^deepgram\//)),
    language: text(LANGUAGE),
    interim_results: oneOf(true, false),
    keyterms: listOfText(),
    utterance_end_ms: whole(0, 5000, "10015"),
  },
};

/** Parameters of the commands that the fake carries out. A command that is not here is unknown to it. */
export const COMMANDS: Readonly<Record<string, Rules>> = {
  answer: { ...COMMON, ...OVERRIDE },
  reject: { ...COMMON, cause: required(oneOf("CALL_REJECTED", "USER_BUSY")) },
  hangup: COMMON,
  speak: {
    ...COMMON,
    payload: required(text(/^[\s\S]{1,3000}$/, "90010")),
    payload_type: { ...oneOf("text", "ssml"), code: "90011" },
    voice: required(text(/^(male|female|[A-Z]\w+\.\S+)$/, "90012")),
    language: text(LANGUAGE, "90013"),
    service_level: oneOf("basic", "premium"),
    stop: STOP,
  },
  playback_start: { ...COMMON, audio_url: required(ANY_URL), stop: STOP },
  playback_stop: { ...COMMON, stop: STOP },
  gather: {
    ...COMMON,
    minimum_digits: whole(1, 128, "90001"),
    maximum_digits: whole(1, 128, "90000"),
    timeout_millis: whole(1, 120_000, "90002"),
    initial_timeout_millis: whole(1, 120_000, "90002"),
    inter_digit_timeout_millis: whole(1, 120_000, "90003"),
    terminating_digit: text(/^[0-9*#]?$/, "90004"),
    valid_digits: text(/^[0-9*#]+$/, "90005"),
  },
  gather_stop: COMMON,
  send_dtmf: { ...COMMON, digits: required(text(KEYS, "90014")), duration_millis: whole(100, 500, "90014") },
  transfer: { ...COMMON, ...OVERRIDE, to: required(DESTINATION), from: NUMBER, timeout_secs: RING, time_limit_secs: DURATION, target_leg_client_state: BASE64 },
  record_start: { ...COMMON, format: required(oneOf("mp3", "wav")), channels: required(oneOf("single", "dual")) },
  record_stop: COMMON,
  transcription_start: {
    ...COMMON,
    transcription_engine: oneOf(...Object.keys(ENGINES)),
    transcription_engine_config: { fits: (value) => typeof value === "object" && value !== null, code: "10015" },
    transcription_tracks: oneOf("inbound", "outbound", "both"),
  },
  transcription_stop: COMMON,
  // Telnyx has more of each; what is not here, this fake would not carry out as Telnyx does.
  streaming_start: {
    ...COMMON,
    stream_url: required(text(/^wss:\/\/[^\s/]+(\/\S*)?$/)),
    stream_track: oneOf("inbound_track"),
    stream_codec: oneOf("PCMU", "default"),
    stream_bidirectional_mode: required(oneOf("rtp")),
    stream_bidirectional_codec: oneOf("PCMU"),
    stream_bidirectional_sampling_rate: oneOf(8000),
    stream_bidirectional_target_legs: oneOf("opposite", "self", "both"),
  },
  streaming_stop: COMMON,
  client_state_update: { client_state: required(BASE64) },
};

/** What is wrong with a body, or nothing. The parameter is named, and its value is repeated, as Telnyx does. */
export function parameterFault(body: Body, rules: Rules): Refusal | undefined {
  const missing = Object.keys(rules).find((name) => rules[name]?.required && body[name] === undefined);
  if (missing !== undefined) return { status: 422, code: rules[missing]?.code ?? "10015", title: "Missing required parameter", detail: `'${missing}' is required` };
  for (const [name, value] of Object.entries(body)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (!rule) return { status: 422, code: "10015", title: "Bad Request", detail: `Unknown parameter '${name}'` };
    if (!rule.fits(value)) return { status: 422, code: rule.code, title: "Invalid parameter", detail: `'${name}' is not valid: ${JSON.stringify(value)}` };
  }
  const { transcription_engine: engine = "Google", transcription_engine_config: settings } = body;
  return settings === undefined || rules !== COMMANDS.transcription_start ? undefined : parameterFault(settings as Body, ENGINES[String(engine)] ?? {});
}

function listOfText(): Rule {
  return { fits: (value) => Array.isArray(value) && value.length <= 100 && value.every((one) => typeof one === "string"), code: "10015" };
}
