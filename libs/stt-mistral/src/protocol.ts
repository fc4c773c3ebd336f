import type { AudioFormat } from "@openclaw/telephony-contract";
import { fieldsOf, readJson, socketUrl, type SocketTarget } from "@openclaw/telephony-kit";
import { DEFAULT_MODEL, MISTRAL_URL, type MistralConfig } from "./config.ts";

/** Asks for the words of what was sent so far. */
export const FLUSH = JSON.stringify({ type: "input_audio.flush" });
/** Says that no more audio comes. */
export const END = JSON.stringify({ type: "input_audio.end" });

const ENCODINGS: Readonly<Record<string, string>> = { mulaw: "pcm_mulaw", alaw: "pcm_alaw", pcm16: "pcm_s16le" };

/** Where a session goes. */
export function target({ apiKey, baseUrl = MISTRAL_URL, model = DEFAULT_MODEL }: MistralConfig): SocketTarget {
  const base = baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "");
  return { url: socketUrl(base, "/v1/audio/transcriptions/realtime", { model }), headers: { authorization: `Bearer ${apiKey}` } };
}

/** Sets the session up. Has to come before the first audio. */
export function sessionUpdate({ targetStreamingDelayMs: delayMs }: MistralConfig, { encoding, sampleRate }: AudioFormat): string {
  return JSON.stringify({
    type: "session.update",
    session: {
      audio_format: { encoding: ENCODINGS[encoding], sample_rate: sampleRate },
      ...(delayMs !== undefined && { target_streaming_delay_ms: delayMs }),
    },
  });
}

/** A piece of audio. Put together as text, since it is sent many times a second. */
export function append(audio: Uint8Array): string {
  return `{"type":"input_audio.append","audio":"${Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength).toString("base64")}"}`;
}

/** What Mistral says. */
export type MistralMessage =
  /** Mistral is there, and waits to be told the format. */
  | { readonly type: "created" }
  /** Text that follows what was written before, as it is: with the space before a word. */
  | { readonly type: "delta"; readonly text: string }
  /** The text of a stretch, for good, and where it ends: in milliseconds of the connection's audio. */
  | { readonly type: "segment"; readonly text: string; readonly endMs?: number }
  /** What was asked for by a flush, or by the end of the audio, has been written. */
  | { readonly type: "done"; readonly text: string }
  /** `code` is meant to be an HTTP status. The message is left out: it may quote the key. */
  | { readonly type: "error"; readonly code?: number };

/** Reads a message; undefined for one that says nothing to us. */
export function read(message: string | Uint8Array): MistralMessage | undefined {
  const { type, text, end, error } = fieldsOf(readJson(message));
  switch (type) {
    case "session.created":
      return { type: "created" };
    case "transcription.text.delta":
      return typeof text === "string" ? { type: "delta", text } : undefined;
    case "transcription.segment":
      return typeof text === "string" ? { type: "segment", text: text.trim(), ...(isTime(end) && { endMs: end * 1000 }) } : undefined;
    case "transcription.done":
      return typeof text === "string" ? { type: "done", text: text.trim() } : undefined;
    case "error": {
      const code = Number(fieldsOf(error)["code"] ?? NaN);
      return { type: "error", ...(Number.isSafeInteger(code) && { code }) };
    }
    default:
      return undefined;
  }
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
