import { MULAW_8K, type TranscriberEvent, type TranscriberRequest } from "@openclaw/telephony-contract";
import { createLogRecorder } from "@openclaw/telephony-contract/testing";
import type { SocketWire } from "@openclaw/telephony-kit";
import type { OpenAiConfig } from "../config.ts";
import { OpenAiSession } from "../session.ts";

/** A request for the caller of a call. */
export const REQUEST: TranscriberRequest = { format: MULAW_8K, endSilenceMs: 800, onEvent: () => undefined, signal: new AbortController().signal };

/** Model of a session in which OpenAI finds no turns. */
export const LIVE = "gpt-live-transcribe";

/** A session whose connection is the test's. It is set up unless `ready` says otherwise. */
export function openBench(config: Partial<OpenAiConfig> = {}, { ready = true } = {}) {
  const events: TranscriberEvent[] = [];
  const said: string[] = [];
  const log = createLogRecorder();
  const protocol = new OpenAiSession({ config: { apiKey: "key", ...config }, request: REQUEST, report: (event) => events.push(event), log });
  const wire: SocketWire & { startMs: number; sentMs: number } = {
    startMs: 0,
    sentMs: 0,
    send: (message) => said.push(String(message)),
    feed: (silence) => said.push(`silence ${silence.length / 8}`),
    ready: () => said.push("ready"),
    heardThrough: (ms) => said.push(`heard ${ms}`),
    flushed: () => said.push("flushed"),
    finished: () => said.push("finished"),
    fail: (error) => said.push(`fail ${error.code}: ${error.message}`),
    lost: (error) => said.push(`lost ${error.code}: ${error.message}`),
  };
  const receives = (message: object) => protocol.received(JSON.stringify(message), wire);
  /** What the session did since it was asked last. */
  const did = () => said.splice(0);
  protocol.opened(wire);
  if (ready) {
    receives({ type: "session.updated" });
    did();
  }
  return {
    protocol,
    wire,
    log,
    receives,
    did,
    events,
    /** What was reported, in short. */
    told: () => events.map((event) => [event.type, "itemId" in event ? event.itemId : "", "text" in event ? event.text : ""].join(" ").trim()),
    /** Sends audio as the kit does: it counts before it is encoded. */
    writes(audio: Uint8Array) {
      wire.sentMs += audio.length / 8;
      return protocol.encodeAudio(audio);
    },
  };
}

/** What OpenAI says of an item. */
export const says = {
  started: (item: string, atMs: number) => ({ type: "input_audio_buffer.speech_started", item_id: item, audio_start_ms: atMs }),
  stopped: (item: string, atMs: number) => ({ type: "input_audio_buffer.speech_stopped", item_id: item, audio_end_ms: atMs }),
  committed: (item: string, previous: string | null = null) => ({ type: "input_audio_buffer.committed", item_id: item, previous_item_id: previous }),
  delta: (item: string, delta: string) => ({ type: "conversation.item.input_audio_transcription.delta", item_id: item, content_index: 0, delta }),
  completed: (item: string, transcript: string) => ({ type: "conversation.item.input_audio_transcription.completed", item_id: item, content_index: 0, transcript }),
  failed: (item: string, error: object) => ({ type: "conversation.item.input_audio_transcription.failed", item_id: item, content_index: 0, error }),
  error: (error: object) => ({ type: "error", error: { type: "invalid_request_error", code: null, message: "?", param: null, event_id: null, ...error } }),
};
