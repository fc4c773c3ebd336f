import type { AudioFormat, TranscriberRequest } from "@openclaw/telephony-contract";
import { readJson, socketUrl, type SocketTarget } from "@openclaw/telephony-kit";
import { DEEPGRAM_URL, DEFAULT_MODEL, type DeepgramConfig } from "./config.ts";

/** Terms that a URL has room for. */
const MAX_TERMS = 100;
/** Deepgram's least time for `utterance_end_ms`. */
const MIN_UTTERANCE_END_MS = 1000;
/** Milliseconds of silence by which a turn of Flux is over in any case, where the configuration says nothing. */
export const EOT_TIMEOUT_MS = 5000;

/** Asks for the rest of what was heard. */
export const FINALIZE = JSON.stringify({ type: "Finalize" });
/** Asks for the last results, after which Deepgram closes. */
export const CLOSE_STREAM = JSON.stringify({ type: "CloseStream" });
/** Tells that somebody is still there. */
export const KEEP_ALIVE = JSON.stringify({ type: "KeepAlive" });

const ENCODINGS: Readonly<Record<string, string>> = { mulaw: "mulaw", alaw: "alaw", pcm16: "linear16" };

/** Where a session of `v1/listen` goes. */
export function novaTarget(config: DeepgramConfig, { format, language, endSilenceMs, hints = [] }: TranscriberRequest): SocketTarget {
  const { model = DEFAULT_MODEL, endpointingMs = endSilenceMs } = config;
  return target(config, "v1", {
    model,
    ...audioOf(format),
    channels: 1,
    interim_results: true,
    endpointing: endpointingMs,
    vad_events: true,
    smart_format: true,
    utterance_end_ms: Math.max(MIN_UTTERANCE_END_MS, endpointingMs),
    language: config.language ?? language,
    [model.startsWith("nova-3") ? "keyterm" : "keywords"]: hints.slice(0, MAX_TERMS),
  });
}

/** Where a session of `v2/listen` goes. */
export function fluxTarget(config: DeepgramConfig, { format, language, hints = [] }: TranscriberRequest): SocketTarget {
  const { model = DEFAULT_MODEL, eotTimeoutMs = EOT_TIMEOUT_MS } = config;
  const hint = (config.language ?? language)?.split("-")[0]?.toLowerCase();
  return target(config, "v2", {
    model,
    ...audioOf(format),
    eot_threshold: config.eotThreshold,
    eager_eot_threshold: config.eagerEotThreshold,
    eot_timeout_ms: eotTimeoutMs,
    keyterm: hints.slice(0, MAX_TERMS),
    language_hint: model.endsWith("-multi") && hint !== "multi" ? hint : undefined,
  });
}

function target({ apiKey, baseUrl = DEEPGRAM_URL }: DeepgramConfig, version: "v1" | "v2", query: Parameters<typeof socketUrl>[2]): SocketTarget {
  const base = baseUrl.replace(/\/+$/, "").replace(/\/v[12]$/, "");
  return { url: socketUrl(base, `/${version}/listen`, query), headers: { authorization: `Token ${apiKey}` } };
}

function audioOf({ encoding, sampleRate }: AudioFormat) {
  return { encoding: ENCODINGS[encoding], sample_rate: sampleRate };
}

/** What Deepgram says in a session of `v1/listen`. Times are milliseconds of the connection's audio. */
export type NovaMessage =
  | {
      readonly type: "results";
      readonly endMs: number;
      readonly text: string;
      readonly confidence?: number;
      /** The text of this stretch does not change any more. */
      readonly isFinal: boolean;
      /** The speaker has paused. */
      readonly speechFinal: boolean;
      /** The answer to a `Finalize`. */
      readonly fromFinalize: boolean;
    }
  | { readonly type: "speechStarted"; readonly atMs: number }
  | { readonly type: "utteranceEnd" };

/** What Deepgram says in a session of `v2/listen`. Times are milliseconds of the connection's audio. */
export type FluxMessage =
  | { readonly type: "connected" }
  | { readonly type: "turn"; readonly event: string; readonly turn: number; readonly text: string; readonly endMs: number; readonly confidence?: number }
  | { readonly type: "error"; readonly code: string };

interface Fields {
  readonly [name: string]: unknown;
}

/** Reads a message of `v1/listen`; undefined for one that says nothing to us. */
export function readNova(message: string | Uint8Array): NovaMessage | undefined {
  const fields = fieldsOf(readJson(message));
  switch (fields["type"]) {
    case "Results":
      return readResults(fields);
    case "SpeechStarted":
      return typeof fields["timestamp"] === "number" ? { type: "speechStarted", atMs: ms(fields["timestamp"]) } : undefined;
    case "UtteranceEnd":
      return { type: "utteranceEnd" };
    default:
      return undefined;
  }
}

function readResults(fields: Fields): NovaMessage | undefined {
  const { alternatives } = fieldsOf(fields["channel"]);
  const { transcript, confidence } = fieldsOf(Array.isArray(alternatives) ? alternatives[0] : undefined);
  if (typeof transcript !== "string") return undefined;
  return {
    type: "results",
    endMs: ms(fields["start"]) + ms(fields["duration"]),
    text: transcript.trim(),
    ...(typeof confidence === "number" && { confidence }),
    isFinal: fields["is_final"] === true,
    speechFinal: fields["speech_final"] === true,
    fromFinalize: fields["from_finalize"] === true,
  };
}

/** Reads a message of `v2/listen`; undefined for one that says nothing to us. */
export function readFlux(message: string | Uint8Array): FluxMessage | undefined {
  const fields = fieldsOf(readJson(message));
  const { type, event, turn_index: turn, transcript, code } = fields;
  if (type === "Connected") return { type: "connected" };
  if (type === "Error") return { type: "error", code: typeof code === "string" && /^[A-Z0-9_-]{1,60}$/.test(code) ? code : "unknown" };
  if (type !== "TurnInfo" || typeof event !== "string" || typeof turn !== "number" || typeof transcript !== "string") return undefined;
  const confidence = meanConfidence(fields["words"]);
  return { type: "turn", event, turn, text: transcript.trim(), endMs: ms(fields["audio_window_end"]), ...(confidence !== undefined && { confidence }) };
}

function meanConfidence(words: unknown): number | undefined {
  if (!Array.isArray(words) || words.length === 0) return undefined;
  const known = words.map((word) => fieldsOf(word)["confidence"]).filter((one) => typeof one === "number");
  return known.length === words.length ? known.reduce((sum, one) => sum + one, 0) / known.length : undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** Seconds, as Deepgram counts, in milliseconds. */
function ms(seconds: unknown): number {
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : 0;
}
