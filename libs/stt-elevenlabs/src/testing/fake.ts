import type { TranscriptionVendor, UpgradeRefusal, WishedRefusal } from "@openclaw/phone-network/transcription";
import { ScribeDialect } from "./dialect.ts";

/** The key that the fake knows. */
export const API_KEY = "sk_fake_elevenlabs_0123456789abcdef0123456789abcdef";

/** ElevenLabs' name and words for a refusal, by status. */
const REFUSALS: Readonly<Record<WishedRefusal | 404, readonly [string, string]>> = {
  401: ["invalid_api_key", "Invalid API key"],
  404: ["not_found", "Not Found"],
  429: ["too_many_concurrent_requests", "Too many concurrent requests"],
  500: ["internal_server_error", "Internal server error"],
};

const FLAG = /^(true|false)$/;
/** Parameters that are known, and what they have to be. */
const PARAMETERS: Readonly<Record<string, (value: string) => boolean>> = {
  model_id: (value) => value === "scribe_v2_realtime",
  audio_format: (value) => /^(ulaw_8000|pcm_(8000|16000|22050|24000|44100|48000))$/.test(value),
  commit_strategy: (value) => /^(manual|vad)$/.test(value),
  vad_silence_threshold_secs: between(0.3, 3),
  vad_threshold: between(0.1, 0.9),
  min_speech_duration_ms: between(50, 2000),
  min_silence_duration_ms: between(50, 2000),
  include_timestamps: (value) => FLAG.test(value),
  include_language_detection: (value) => FLAG.test(value),
  language_code: (value) => /^[a-z]{2,3}$/.test(value),
  keyterms: (value) => value !== "" && value.length <= 20,
};
const MAX_TERMS = 50;

/** ElevenLabs' realtime interface of Scribe. What is wrong with a request it says over the socket. */
export const elevenLabsVendor: TranscriptionVendor = {
  greets: true,
  refuse,
  admit({ url, headers }) {
    if (url.pathname !== "/v1/speech-to-text/realtime") return refuse(404);
    const fault = headers["xi-api-key"] === API_KEY ? queryFault(url.searchParams) : (["auth_error", "Invalid API key"] as const);
    return (peer) => new ScribeDialect(peer, url.searchParams, fault);
  },
};

function refuse(status: WishedRefusal | 404): UpgradeRefusal {
  const [name, message] = REFUSALS[status];
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify({ detail: { status: name, message } }) };
}

function queryFault(query: URLSearchParams): readonly [string, string] | undefined {
  for (const [name, value] of query) {
    const valid = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    if (!valid) return ["invalid_request", `unknown parameter ${name}`];
    if (!valid(value)) return ["invalid_request", `invalid value of ${name}`];
    if (query.getAll(name).length > (name === "keyterms" ? MAX_TERMS : 1)) return ["invalid_request", `${name} is given too often`];
  }
  return query.has("model_id") ? undefined : ["invalid_request", "model_id is missing"];
}

function between(least: number, most: number): (value: string) => boolean {
  return (value) => /^\d+(\.\d+)?$/.test(value) && Number(value) >= least && Number(value) <= most;
}
