import type { AudioFormat, TranscriberRequest } from "@openclaw/telephony-contract";
import { fieldsOf, readJson, socketUrl, type MessageFields, type SocketTarget } from "@openclaw/telephony-kit";
import { XAI_URL, type XAiConfig } from "./config.ts";
import type { Stretch } from "./utterance.ts";

/** Words to expect that xAI takes, and characters of one. */
const MAX_TERMS = 100;
const MAX_TERM = 50;
/** The longest silence that xAI can be told to wait for. */
const MAX_ENDPOINTING_MS = 5_000;

/** Says that no more audio comes. */
export const AUDIO_DONE = JSON.stringify({ type: "audio.done" });

const ENCODINGS: Readonly<Record<string, string>> = { mulaw: "mulaw", alaw: "alaw", pcm16: "pcm" };

/** Milliseconds of silence that end an utterance. */
export function endpointingMs(config: XAiConfig, { endSilenceMs }: TranscriberRequest): number {
  return Math.min(MAX_ENDPOINTING_MS, Math.max(0, Math.round(config.endpointingMs ?? endSilenceMs)));
}

/** Where a session goes. All that it is told stands in the URL. */
export function target(config: XAiConfig, request: TranscriberRequest): SocketTarget {
  const { apiKey, baseUrl = XAI_URL, interimResults = true } = config;
  const { hints = [] } = request;
  const url = socketUrl(baseUrl, "/stt", {
    ...audioOf(request.format),
    interim_results: interimResults,
    endpointing: endpointingMs(config, request),
    language: (config.language ?? request.language)?.split("-")[0]?.toLowerCase(),
    keyterm: hints.filter((term) => term !== "" && term.length <= MAX_TERM).slice(0, MAX_TERMS),
  });
  return { url, headers: { authorization: `Bearer ${apiKey}` } };
}

function audioOf({ encoding, sampleRate }: AudioFormat) {
  return { sample_rate: sampleRate, encoding: ENCODINGS[encoding] };
}

/** What xAI says. Times are milliseconds of the connection's audio. */
export type XAiMessage =
  /** xAI takes audio. */
  | { readonly type: "created" }
  | {
      readonly type: "partial";
      readonly stretch: Stretch;
      /** The text of this stretch does not change any more. */
      readonly isFinal: boolean;
      /** The speaker has paused. */
      readonly speechFinal: boolean;
    }
  /** Everything was told. */
  | { readonly type: "done"; readonly text: string }
  /** The message is not for the log: it may quote the key. */
  | { readonly type: "error"; readonly code?: string; readonly message: string };

/** Reads a message; undefined for one that says nothing to us. */
export function read(message: string | Uint8Array): XAiMessage | undefined {
  const fields = fieldsOf(readJson(message));
  switch (fields["type"]) {
    case "transcript.created":
      return { type: "created" };
    case "transcript.partial":
      return readPartial(fields);
    case "transcript.done":
      return { type: "done", text: textOf(fields) ?? "" };
    case "error":
      return readError(fields);
    default:
      return undefined;
  }
}

function readPartial(fields: MessageFields): XAiMessage | undefined {
  const text = textOf(fields);
  if (text === undefined) return undefined;
  const { words, start, duration } = fields;
  const ends = Array.isArray(words) ? [fieldsOf(words[0])["start"], fieldsOf(words.at(-1))["end"]] : [];
  // The words' own times are about the words that are in this text, whatever the stretch is said to be.
  const startMs = ms(ends[0]) ?? ms(start);
  const endMs = isTime(start) && isTime(duration) ? ms(start + duration) : ms(ends[1]);
  return {
    type: "partial",
    stretch: { text, ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) },
    isFinal: fields["is_final"] === true,
    speechFinal: fields["speech_final"] === true,
  };
}

function textOf({ text, transcript }: MessageFields): string | undefined {
  const said = text ?? transcript;
  return typeof said === "string" ? said.trim() : undefined;
}

/** The message may stand in the error itself, in an object of its own, or be the error. */
function readError(fields: MessageFields): XAiMessage {
  const { error } = fields;
  const inner = fieldsOf(error);
  const message = fields["message"] ?? inner["message"] ?? error;
  const code = fields["code"] ?? inner["code"] ?? inner["type"];
  const known = typeof code === "number" || (typeof code === "string" && /^[\w.-]{1,60}$/.test(code));
  return { type: "error", ...(known && { code: String(code) }), message: typeof message === "string" ? message : "" };
}

function ms(seconds: unknown): number | undefined {
  return isTime(seconds) ? seconds * 1000 : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
