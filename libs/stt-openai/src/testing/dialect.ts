import type { AudioFormat } from "@openclaw/telephony-contract";
import { readJson } from "@openclaw/telephony-kit";
import type { Span, TranscriptionDialect, TranscriptionPeer } from "@openclaw/phone-network/transcription";
import { readSessionUpdate, type RequestFault, type SessionFields } from "./session-fields.ts";

/** OpenAI takes so much audio before speech into the item. */
const PREFIX_MS = 300;
/** OpenAI's own silence at the end of a turn. */
const SILENCE_MS = 500;
const LEAST_COMMIT_MS = 100;
/** With a fault that no client of ours may make. No code is documented. */
const CLOSE_CODE = 1008;
const EXPIRED_CODE = 1001;

interface Item {
  readonly id: string;
  text: string;
  committed: boolean;
}

/** A transcription session on one connection. */
export class OpenAiDialect implements TranscriptionDialect {
  readonly #peer: TranscriptionPeer;
  #session: SessionFields | undefined;
  #events = 0;
  #items = 0;
  #last: string | null = null;
  #item: Item | undefined;
  /** Audio up to here belongs to an item. */
  #committedMs = 0;

  constructor(peer: TranscriptionPeer) {
    this.#peer = peer;
  }

  opened(): void {
    this.#send({ type: "session.created", session: { type: "transcription", id: "sess_fake", object: "realtime.transcription_session", expires_at: 1_780_000_000, audio: { input: {} } } });
  }

  received(message: string | Uint8Array): void {
    const fields = (typeof message === "string" ? (readJson(message) ?? {}) : {}) as { readonly [name: string]: unknown };
    const { type, event_id: eventId = null, ...rest } = fields;
    if (eventId !== null && typeof eventId !== "string") return this.#refuse("invalid_value", "event_id");
    if (type === "session.update") return this.#update(fields, eventId);
    if (type === "input_audio_buffer.append") return this.#append(rest);
    if (type === "input_audio_buffer.commit") return Object.keys(rest).length === 0 ? this.#commit(eventId) : this.#refuse("unknown_parameter", Object.keys(rest)[0]);
    return this.#refuse("invalid_value", "type");
  }

  speechStarted(atMs: number): void {
    const { id } = (this.#item = this.#newItem());
    if (this.#vad) this.#send({ type: "input_audio_buffer.speech_started", audio_start_ms: Math.max(0, Math.round(atMs) - PREFIX_MS), item_id: id });
  }

  /** Text is appended only, and where OpenAI finds the turns, it is written after the turn. */
  partial(text: string): void {
    if (!this.#vad && this.#item) this.#write(this.#item, text);
  }

  final(text: string, { endMs }: Span): void {
    const item = this.#item ?? this.#newItem();
    this.#item = undefined;
    this.#end(item, endMs);
    this.#complete(item, text);
  }

  failItem(): void {
    const item = this.#item ?? this.#newItem();
    this.#item = undefined;
    this.#end(item, this.#peer.heardMs);
    this.#transcription("failed", item, { error: { type: "transcription_error", code: "audio_unintelligible", message: "The audio could not be transcribed.", param: null } });
  }

  finalsReversed(earlier: string, later: string): void {
    const items = [earlier, later].map((text) => {
      this.speechStarted(this.#peer.heardMs);
      const item = this.#item ?? this.#newItem();
      this.#end(item, this.#peer.heardMs);
      return { item, text };
    });
    this.#item = undefined;
    for (const { item, text } of items.toReversed()) this.#complete(item, text);
  }

  /** What was committed has to be answered, also where nothing was said in it. */
  flushed(): void {
    const item = this.#item;
    if (!item?.committed) return;
    this.#item = undefined;
    this.#complete(item, "");
  }

  /** OpenAI knows no last request: the client closes. */
  ended(): void {}

  expire(): void {
    this.#send({ type: "error", error: { type: "invalid_request_error", code: "session_expired", message: "Your session hit the maximum duration of 60 minutes.", param: null, event_id: null } });
    this.#peer.close(EXPIRED_CODE);
  }

  garbage(): readonly object[] {
    const transcription = "conversation.item.input_audio_transcription";
    return [
      { type: "error" },
      { type: "error", error: { type: "invalid_request_error", code: "something_new", message: "?", param: null, event_id: null } },
      { type: "input_audio_buffer.speech_started", audio_start_ms: 5 },
      { type: "input_audio_buffer.speech_started", audio_start_ms: "5", item_id: "item_x" },
      { type: "input_audio_buffer.speech_stopped", audio_end_ms: -1, item_id: "item_x" },
      { type: "input_audio_buffer.committed", item_id: 5 },
      { type: `${transcription}.delta`, item_id: "item_x", delta: null },
      { type: `${transcription}.completed`, item_id: "item_x" },
      { type: `${transcription}.completed`, item_id: null, transcript: "no" },
      { type: `${transcription}.segment`, item_id: "item_x", text: "no", start: 0, end: 1 },
      { type: "rate_limits.updated", rate_limits: [] },
    ];
  }

  get #vad(): boolean {
    return this.#session?.turn_detection !== null;
  }

  #update(message: object, eventId: string | null): void {
    const read = readSessionUpdate(message);
    if ("code" in read) {
      this.#error(read, eventId);
      // For this one there is another way, on the same connection.
      if (!read.param.endsWith("turn_detection")) this.#peer.close(CLOSE_CODE);
      return;
    }
    if (this.#session) return this.#refuse("invalid_value", "session");
    this.#session = read;
    const { turn_detection: turns } = read;
    this.#peer.hears({ format: formatOf(read), ...(turns && { endSilenceMs: turns.silence_duration_ms ?? SILENCE_MS }) });
    this.#send({ type: "session.updated", session: { type: "transcription", id: "sess_fake", object: "realtime.transcription_session", audio: { input: read } } });
  }

  #append({ audio, ...rest }: { readonly audio?: unknown }): void {
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) return this.#refuse("unknown_parameter", unknown);
    if (!this.#session) return this.#refuse("invalid_value", "session");
    const bytes = typeof audio === "string" ? Buffer.from(audio, "base64") : Buffer.alloc(0);
    if (bytes.length === 0 || bytes.toString("base64") !== audio) return this.#refuse("invalid_value", "audio");
    this.#peer.audio(new Uint8Array(bytes));
  }

  /** Makes an item at once, and asks for its text: as a flush, and as what may be the last that is said. */
  #commit(eventId: string | null): void {
    const bufferedMs = this.#peer.heardMs - this.#committedMs;
    if (bufferedMs < LEAST_COMMIT_MS) {
      const message = `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${bufferedMs.toFixed(2)}ms of audio.`;
      return this.#error({ code: "input_audio_buffer_commit_empty", param: "", message }, eventId);
    }
    this.#item ??= this.#newItem();
    this.#committed(this.#item, this.#peer.heardMs);
    this.#peer.flushAsked();
    this.#peer.finishAsked();
  }

  #end(item: Item, endMs: number): void {
    if (item.committed) return;
    const silenceMs = this.#session?.turn_detection?.silence_duration_ms ?? SILENCE_MS;
    const atMs = Math.round(Math.min(this.#peer.heardMs, endMs + silenceMs));
    if (this.#vad) this.#send({ type: "input_audio_buffer.speech_stopped", audio_end_ms: atMs, item_id: item.id });
    this.#committed(item, atMs);
  }

  #committed(item: Item, atMs: number): void {
    if (item.committed) return;
    item.committed = true;
    this.#committedMs = atMs;
    this.#send({ type: "input_audio_buffer.committed", item_id: item.id, previous_item_id: this.#last });
    this.#send({ type: "conversation.item.added", previous_item_id: this.#last, item: { id: item.id, type: "message", role: "user" } });
    this.#last = item.id;
  }

  #complete(item: Item, text: string): void {
    if (this.#vad) this.#write(item, text);
    this.#transcription("completed", item, { transcript: text, languages: [], usage: { type: "duration", seconds: 1 } });
  }

  #write(item: Item, text: string): void {
    if (!text.startsWith(item.text) || text === item.text) return;
    const delta = text.slice(item.text.length);
    item.text = text;
    this.#transcription("delta", item, { delta });
  }

  #transcription(what: string, { id }: Item, more: object): void {
    this.#send({ type: `conversation.item.input_audio_transcription.${what}`, item_id: id, content_index: 0, ...more });
  }

  #newItem(): Item {
    return { id: `item_${++this.#items}`, text: "", committed: false };
  }

  #refuse(code: string, param = ""): void {
    this.#error({ code, param, message: `Invalid request: ${param}` }, null);
    this.#peer.close(CLOSE_CODE);
  }

  #error({ code, param, message }: RequestFault, eventId: string | null): void {
    this.#send({ type: "error", error: { type: "invalid_request_error", code, message, param: param === "" ? null : param, event_id: eventId } });
  }

  #send(message: object): void {
    this.#peer.send({ event_id: `event_${++this.#events}`, ...message });
  }
}

function formatOf({ format }: SessionFields): AudioFormat {
  if (format.type === "audio/pcm") return { encoding: "pcm16", sampleRate: format.rate };
  return { encoding: format.type === "audio/pcma" ? "alaw" : "mulaw", sampleRate: 8000 };
}
