import { bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";
import { readJson, silence } from "@openclaw/telephony-kit";
import type { Span, TranscriptionDialect, TranscriptionPeer } from "@openclaw/phone-network/transcription";
import * as z from "zod";

/**
 * What comes of a flush besides the last words: `transcription.done` with the text since the one before, the same after a
 * segment, or nothing. Mistral does not say.
 */
export type FlushAnswer = "done" | "segment" | "words";

/** How a connection was opened, and how it behaves. */
export interface Opening {
  readonly model: string;
  readonly flushAnswer: FlushAnswer;
}

/** Mistral's own delay of the words. */
const DELAY_MS = 480;
/** Silence that shows that a client keeps the session alive. */
const SILENCE_MS = 1_000;
/** No limit is documented. */
const IDLE_MS = 30_000;
const MAX_AUDIO_BYTES = 262_144;
/** With a fault that no client of ours may make. No code is documented. */
const CLOSE_CODE = 1008;

const ENCODINGS: Readonly<Record<string, AudioFormat["encoding"]>> = { pcm_s16le: "pcm16", pcm_mulaw: "mulaw", pcm_alaw: "alaw" };
const RATES: readonly number[] = [8_000, 16_000, 22_050, 44_100, 48_000];

const audioFormat = z.strictObject({
  encoding: z.enum(["pcm_s16le", "pcm_mulaw", "pcm_alaw"]),
  sample_rate: z.int().refine((rate) => RATES.includes(rate), "sample rate is not supported"),
});

const clientMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("session.update"),
    session: z.strictObject({ audio_format: audioFormat.optional(), target_streaming_delay_ms: z.int().min(80).max(2400).optional() }),
  }),
  z.strictObject({ type: z.literal("input_audio.append"), audio: z.base64().min(1) }),
  z.strictObject({ type: z.literal("input_audio.flush") }),
  z.strictObject({ type: z.literal("input_audio.end") }),
]);

type SessionFields = Extract<z.infer<typeof clientMessage>, { type: "session.update" }>["session"];

/** A realtime transcription on one connection. */
export class MistralDialect implements TranscriptionDialect {
  readonly idleMs = IDLE_MS;
  readonly #peer: TranscriptionPeer;
  readonly #opening: Opening;
  #format: z.infer<typeof audioFormat> = { encoding: "pcm_s16le", sample_rate: 16_000 };
  #delayMs = DELAY_MS;
  #silentMs = 0;
  #flushing = false;
  #ended = false;
  /** What was written of the item under way, and the items since the last `transcription.done`. */
  #written = "";
  #said: string[] = [];

  constructor(peer: TranscriptionPeer, opening: Opening) {
    this.#peer = peer;
    this.#opening = opening;
    this.#listen();
  }

  opened(): void {
    this.#sendSession("session.created");
  }

  received(message: string | Uint8Array): void {
    const { success, data } = clientMessage.safeParse(typeof message === "string" ? readJson(message) : undefined);
    if (!success || this.#ended) return this.#refuse(400, "Invalid message");
    switch (data.type) {
      case "session.update":
        return this.#update(data.session);
      case "input_audio.append":
        return this.#append(Buffer.from(data.audio, "base64"));
      case "input_audio.flush":
        this.#flushing = true;
        return this.#peer.flushAsked();
      case "input_audio.end":
        this.#flushing = false;
        this.#ended = true;
        return this.#peer.finishAsked();
    }
  }

  idle(): void {
    this.#refuse(408, "Timed out while waiting for audio");
  }

  /** Nothing tells that somebody begins to speak. */
  speechStarted(): void {
    this.#written = "";
  }

  /** Text is appended only. */
  partial(text: string): void {
    if (!text.startsWith(this.#written) || text === this.#written) return;
    const space = this.#written === "" ? " " : "";
    this.#peer.send({ type: "transcription.text.delta", text: `${space}${text.slice(this.#written.length)}` });
    this.#written = text;
  }

  /** Asked for, the last words are written first; else a segment brings them along. */
  final(text: string, { startMs, endMs }: Span): void {
    if (this.#flushing || this.#ended) this.partial(text);
    this.#written = "";
    this.#said.push(text);
    if (this.#flushing && this.#opening.flushAnswer !== "segment") return;
    this.#peer.send({ type: "transcription.segment", text: ` ${text}`, start: startMs / 1000, end: endMs / 1000, speaker_id: null });
  }

  flushed(): void {
    if (this.#flushing && this.#opening.flushAnswer !== "words") this.#done();
    this.#flushing = false;
  }

  ended(): void {
    this.#done();
  }

  garbage(): readonly object[] {
    return [
      { type: "transcription.text.delta" },
      { type: "transcription.text.delta", text: null },
      { type: "transcription.text.delta", text: "" },
      { type: "transcription.segment", start: 0, end: 1 },
      { type: "transcription.segment", text: "", start: "0", end: null },
      { type: "transcription.segment", text: 5, start: 0, end: 1 },
      { type: "transcription.done", model: "voxtral" },
      { type: "transcription.language", audio_language: null },
      { type: "session.updated" },
    ];
  }

  #update({ audio_format: format = this.#format, target_streaming_delay_ms: delayMs = this.#delayMs }: SessionFields): void {
    if (this.#peer.heardMs > 0) return this.#refuse(400, "The session cannot be updated once audio was sent");
    this.#format = format;
    this.#delayMs = delayMs;
    this.#listen();
    this.#sendSession("session.updated");
  }

  /** A turn has no end before a flush. */
  #listen(): void {
    this.#peer.hears({ format: this.#heard });
  }

  get #heard(): AudioFormat {
    return { encoding: ENCODINGS[this.#format.encoding] ?? "pcm16", sampleRate: this.#format.sample_rate };
  }

  #append(audio: Uint8Array): void {
    if (audio.length > MAX_AUDIO_BYTES) return this.#refuse(400, "Audio is too long");
    const format = this.#heard;
    const [silent] = silence(format, 1);
    const before = this.#silentMs;
    const ms = audio.length / ((bytesPerSample(format) * format.sampleRate) / 1000);
    this.#silentMs = audio.every((byte) => byte === silent) ? before + ms : 0;
    this.#peer.audio(new Uint8Array(audio));
    if (Math.floor(this.#silentMs / SILENCE_MS) > Math.floor(before / SILENCE_MS)) this.#peer.keptAlive();
  }

  #done(): void {
    const seconds = Math.round(this.#peer.heardMs / 1000);
    this.#peer.send({
      type: "transcription.done",
      model: this.#opening.model,
      text: this.#said.join(" "),
      language: null,
      segments: [],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, prompt_audio_seconds: seconds },
    });
    this.#said = [];
  }

  #sendSession(type: string): void {
    const session = { request_id: "fake-request", model: this.#opening.model, audio_format: this.#format, target_streaming_delay_ms: this.#delayMs };
    this.#peer.send({ type, session });
  }

  #refuse(code: number, message: string): void {
    this.#peer.send({ type: "error", error: { code, message } });
    this.#peer.close(CLOSE_CODE);
  }
}
