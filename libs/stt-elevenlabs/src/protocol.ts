import type { AudioFormat, TranscriberRequest } from "@openclaw/telephony-contract";
import { fieldsOf, readJson, socketUrl, type SocketTarget } from "@openclaw/telephony-kit";
import { DEFAULT_MODEL, ELEVENLABS_URL, type ElevenLabsConfig } from "./config.ts";

/** Words to expect that ElevenLabs takes, and how long each may be. */
const MAX_TERMS = 50;
const MAX_TERM_LENGTH = 20;
/** Seconds of silence that ElevenLabs can be asked for. One copy of its documentation leaves 0.3 itself out. */
const SILENCE_SECS = { least: 0.31, most: 3 };

const ENCODINGS: Readonly<Record<string, string>> = { mulaw: "ulaw", pcm16: "pcm" };

/** Seconds of silence that end an utterance. */
export function silenceSecs({ vadSilenceThresholdSecs }: ElevenLabsConfig, { endSilenceMs }: TranscriberRequest): number {
  return vadSilenceThresholdSecs ?? Math.min(SILENCE_SECS.most, Math.max(SILENCE_SECS.least, endSilenceMs / 1000));
}

/** Where a session goes, with all that it needs to know. */
export function target(config: ElevenLabsConfig, request: TranscriberRequest): SocketTarget {
  const { apiKey, baseUrl = ELEVENLABS_URL, modelId = DEFAULT_MODEL } = config;
  const { format, language, hints = [] } = request;
  const url = socketUrl(baseUrl.replace(/\/+$/, "").replace(/\/v1$/, ""), "/v1/speech-to-text/realtime", {
    model_id: modelId,
    audio_format: `${ENCODINGS[format.encoding]}_${format.sampleRate}`,
    commit_strategy: "vad",
    vad_silence_threshold_secs: silenceSecs(config, request),
    vad_threshold: config.vadThreshold,
    min_speech_duration_ms: config.minSpeechDurationMs,
    min_silence_duration_ms: config.minSilenceDurationMs,
    include_timestamps: true,
    include_language_detection: false,
    language_code: (config.languageCode ?? language)?.split("-")[0]?.toLowerCase(),
    keyterms: hints.filter((term) => term.length <= MAX_TERM_LENGTH).slice(0, MAX_TERMS),
  });
  return { url, headers: { "xi-api-key": apiKey } };
}

/** A piece of audio. Put together as text, since it is sent many times a second. */
export function chunk(audio: Uint8Array, format: AudioFormat): string {
  return worded(Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength).toString("base64"), false, format);
}

/** Asks for the final text of what came so far. */
export function commit(format: AudioFormat): string {
  return worded("", true, format);
}

function worded(audio: string, commits: boolean, { sampleRate }: AudioFormat): string {
  return `{"message_type":"input_audio_chunk","audio_base_64":"${audio}","commit":${commits},"sample_rate":${sampleRate}}`;
}

/** What ElevenLabs says. Times are milliseconds of the connection's audio. */
export type ElevenLabsMessage =
  | { readonly type: "started" }
  /** The utterance so far, in place of what was said of it before. */
  | { readonly type: "partial"; readonly text: string }
  /** The utterance for good. One utterance may be told in messages of several kinds; one of them says where it ends. */
  | { readonly type: "final"; readonly kind: string; readonly text: string; readonly endMs?: number }
  | { readonly type: "error"; readonly kind: string };

const FINALS = ["committed_transcript", "committed_transcript_with_timestamps", "final_transcript", "final_transcript_with_timestamps"];

/** Reads a message; undefined for one that says nothing to us. */
export function read(message: string | Uint8Array): ElevenLabsMessage | undefined {
  const { message_type: kind, text, words, error } = fieldsOf(readJson(message));
  if (typeof kind !== "string") return undefined;
  if (kind === "session_started") return { type: "started" };
  if (kind === "partial_transcript") return typeof text === "string" ? { type: "partial", text: text.trim() } : undefined;
  if (FINALS.includes(kind)) return typeof text === "string" ? { type: "final", kind, text: text.trim(), ...endOf(words) } : undefined;
  return typeof error === "string" || kind.endsWith("error") ? { type: "error", kind } : undefined;
}

/** Where the last word ends, of words with their times in seconds. */
function endOf(words: unknown): { readonly endMs?: number } {
  const { end } = fieldsOf(Array.isArray(words) ? words.at(-1) : undefined);
  return typeof end === "number" && Number.isFinite(end) && end >= 0 ? { endMs: end * 1000 } : {};
}
