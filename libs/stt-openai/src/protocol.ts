import type { AudioFormat, TranscriberRequest } from "@openclaw/telephony-contract";
import { fieldsOf, readJson, socketUrl, type MessageFields, type SocketTarget } from "@openclaw/telephony-kit";
import { DEFAULT_MODEL, OPENAI_URL, type OpenAiConfig } from "./config.ts";
import { traitsOf } from "./models.ts";

/** Words to expect that are passed on. */
const MAX_TERMS = 100;

/** Name of the request by which {@link COMMIT} is told in errors. */
const COMMIT_ID = "commit";

/** Makes an item of the audio that came since the last one. */
export const COMMIT = JSON.stringify({ type: "input_audio_buffer.commit", event_id: COMMIT_ID });

/** Where a session goes. A transcription session names no model here. */
export function target({ apiKey, baseUrl = OPENAI_URL }: OpenAiConfig): SocketTarget {
  return { url: socketUrl(baseUrl, "/realtime", { intent: "transcription" }), headers: { authorization: `Bearer ${apiKey}` } };
}

/** Sets the session up. Without `serverVad`, OpenAI looks for no turns in the audio. */
export function sessionUpdate(config: OpenAiConfig, request: TranscriberRequest, serverVad: boolean): string {
  const { vadThreshold: threshold, silenceDurationMs = request.endSilenceMs } = config;
  const turns = { type: "server_vad", ...(threshold !== undefined && { threshold }), silence_duration_ms: Math.round(silenceDurationMs) };
  return JSON.stringify({
    type: "session.update",
    session: {
      type: "transcription",
      audio: { input: { format: formatOf(request.format), transcription: transcriptionOf(config, request), turn_detection: serverVad ? turns : null } },
    },
  });
}

function formatOf({ encoding, sampleRate }: AudioFormat): object {
  if (encoding === "pcm16") return { type: "audio/pcm", rate: sampleRate };
  return { type: encoding === "alaw" ? "audio/pcma" : "audio/pcmu" };
}

function transcriptionOf(config: OpenAiConfig, { language, hints = [] }: TranscriberRequest): object {
  const { model = DEFAULT_MODEL } = config;
  const { prompt: takesPrompt, lists } = traitsOf(model);
  const terms = hints.slice(0, MAX_TERMS);
  const said = (config.language ?? language)?.split("-")[0]?.toLowerCase();
  const prompt = config.prompt ?? (takesPrompt && !lists && terms.length > 0 ? terms.join(", ") : undefined);
  return {
    model,
    ...(said !== undefined && (lists ? { languages: [said] } : { language: said })),
    ...(prompt !== undefined && { prompt }),
    ...(lists && terms.length > 0 && { keywords: terms }),
  };
}

/** A piece of audio. Put together as text, since it is sent many times a second. */
export function append(audio: Uint8Array): string {
  return `{"type":"input_audio_buffer.append","audio":"${Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength).toString("base64")}"}`;
}

/** An error as OpenAI tells it. Its message is left out: it may quote the key. */
export interface OpenAiFault {
  /** The most particular name that there is. */
  readonly code: string;
  /** The field that is wrong. */
  readonly param?: string;
  /** The commit was refused. */
  readonly ofCommit: boolean;
  /** The session has lasted as long as it may. */
  readonly expired: boolean;
}

/** What OpenAI says. Times are milliseconds of the connection's audio. */
export type OpenAiMessage =
  /** The session is set up. */
  | { readonly type: "updated" }
  | { readonly type: "speechStarted" | "speechStopped"; readonly item: string; readonly atMs: number }
  /** The audio of an item is complete; it follows the item `previous`. */
  | { readonly type: "committed"; readonly item: string; readonly previous?: string }
  /** Text that follows what was said of the item so far. */
  | { readonly type: "delta"; readonly item: string; readonly text: string }
  | { readonly type: "completed"; readonly item: string; readonly text: string }
  | { readonly type: "failed"; readonly item: string; readonly code: string }
  | { readonly type: "error"; readonly fault: OpenAiFault };

/** Reads a message; undefined for one that says nothing to us. */
export function read(message: string | Uint8Array): OpenAiMessage | undefined {
  const fields = fieldsOf(readJson(message));
  switch (fields["type"]) {
    case "session.updated":
    case "transcription_session.updated":
      return { type: "updated" };
    case "error":
      return { type: "error", fault: faultOf(fieldsOf(fields["error"])) };
    default: {
      const item = fields["item_id"];
      return typeof item === "string" && item !== "" ? readOfItem(fields, item) : undefined;
    }
  }
}

function readOfItem(fields: MessageFields, item: string): OpenAiMessage | undefined {
  const { audio_start_ms: startMs, audio_end_ms: endMs, previous_item_id: previous, delta, transcript } = fields;
  switch (fields["type"]) {
    case "input_audio_buffer.speech_started":
      return isTime(startMs) ? { type: "speechStarted", item, atMs: startMs } : undefined;
    case "input_audio_buffer.speech_stopped":
      return isTime(endMs) ? { type: "speechStopped", item, atMs: endMs } : undefined;
    case "input_audio_buffer.committed":
      return { type: "committed", item, ...(typeof previous === "string" && { previous }) };
    case "conversation.item.input_audio_transcription.delta":
      return typeof delta === "string" ? { type: "delta", item, text: delta } : undefined;
    case "conversation.item.input_audio_transcription.completed":
      return typeof transcript === "string" ? { type: "completed", item, text: transcript.trim() } : undefined;
    case "conversation.item.input_audio_transcription.failed":
      return { type: "failed", item, code: faultOf(fieldsOf(fields["error"])).code };
    default:
      return undefined;
  }
}

function faultOf({ type, code, param, message, event_id: eventId }: MessageFields): OpenAiFault {
  const field = nameOf(param) ?? (/^turn detection\b/i.test(String(message)) ? "session.audio.input.turn_detection" : undefined);
  return {
    code: nameOf(code) ?? nameOf(type) ?? "unknown",
    ...(field !== undefined && { param: field }),
    ofCommit: eventId === COMMIT_ID || code === "input_audio_buffer_commit_empty",
    expired: code === "session_expired" || /session .*maximum duration/i.test(String(message)),
  };
}

/** A name that can stand in the log. */
function nameOf(value: unknown): string | undefined {
  return typeof value === "string" && /^[\w.[\]-]{1,100}$/.test(value) ? value : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
