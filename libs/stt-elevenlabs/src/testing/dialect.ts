import type { AudioFormat } from "@openclaw/telephony-contract";
import { readJson } from "@openclaw/telephony-kit";
import type { Span, TranscriptionDialect, TranscriptionPeer } from "@openclaw/phone-network/transcription";

/** ElevenLabs' patience with a client that sends nothing. It says nothing about it, and closes. */
const IDLE_MS = 15_000;
const LEAST_COMMIT_MS = 300;
/** With a fault that no client of ours may make. No code is documented. */
const CLOSE_CODE = 1008;

/** Scribe on one connection. */
export class ScribeDialect implements TranscriptionDialect {
  readonly idleMs = IDLE_MS;
  readonly #peer: TranscriptionPeer;
  readonly #query: URLSearchParams;
  readonly #fault: readonly [kind: string, error: string] | undefined;
  readonly #format: AudioFormat;
  #chunks = 0;
  /** Audio up to here has its final text. */
  #finalMs = 0;
  #asked = false;
  /** Every other utterance is told with its times first: the service does both, whether it was asked for times or not. */
  #timesFirst = false;

  /** @param fault What is wrong with the request, which is told in place of a greeting. */
  constructor(peer: TranscriptionPeer, query: URLSearchParams, fault?: readonly [kind: string, error: string]) {
    this.#peer = peer;
    this.#query = query;
    this.#fault = fault;
    const [encoding, rate] = (query.get("audio_format") ?? "pcm_16000").split("_");
    this.#format = { encoding: encoding === "ulaw" ? "mulaw" : "pcm16", sampleRate: Number(rate) };
    if (fault) return;
    const vad = query.get("commit_strategy") === "vad";
    peer.hears({ format: this.#format, ...(vad && { endSilenceMs: 1000 * Number(query.get("vad_silence_threshold_secs") ?? 1.5) }) });
  }

  opened(): void {
    if (this.#fault) return this.#refuse(...this.#fault);
    this.#send("session_started", { session_id: "fake-session", config: { sample_rate: this.#format.sampleRate, ...Object.fromEntries(this.#query) } });
  }

  received(message: string | Uint8Array): void {
    if (this.#fault) return;
    const fields = (typeof message === "string" ? (readJson(message) ?? {}) : {}) as Readonly<Record<string, unknown>>;
    const { message_type: type, audio_base_64: audio, commit, sample_rate: rate, previous_text: previous, ...more } = fields;
    const [unknown] = Object.keys(more);
    if (type !== "input_audio_chunk") return this.#refuse("input_error", "unknown message_type");
    if (unknown !== undefined) return this.#refuse("input_error", `unknown field ${unknown}`);
    if (typeof commit !== "boolean") return this.#refuse("input_error", "commit has to be true or false");
    if (rate !== this.#format.sampleRate) return this.#refuse("input_error", "sample_rate is not that of audio_format");
    if (previous !== undefined && (typeof previous !== "string" || this.#chunks > 0)) return this.#refuse("input_error", "previous_text is taken with the first chunk alone");
    const bytes = Buffer.from(typeof audio === "string" ? audio : "", "base64");
    if (bytes.toString("base64") !== audio || (audio === "" && !commit)) return this.#refuse("input_error", "audio_base_64 is not audio");
    this.#chunks += 1;
    if (bytes.length > 0) this.#peer.audio(new Uint8Array(bytes));
    if (commit) this.#commit();
  }

  idle(): void {
    this.#peer.close(1000);
  }

  /** Scribe does not tell that speech begins. */
  speechStarted(): void {}

  partial(text: string): void {
    this.#send("partial_transcript", { text });
  }

  final(text: string, { startMs, endMs }: Span): void {
    this.#asked = false;
    this.#finalMs = this.#peer.heardMs;
    const words = text === "" ? [] : [{ text, start: startMs / 1000, end: endMs / 1000, type: "word", logprob: -0.1, speaker_id: null }];
    const timed = { text, language_code: "en", words };
    if (this.#timesFirst) this.#send("committed_transcript_with_timestamps", timed);
    this.#send("committed_transcript", { text });
    if (!this.#timesFirst) this.#send("committed_transcript_with_timestamps", timed);
    this.#timesFirst = !this.#timesFirst;
  }

  /** A request is answered also where nothing was said. */
  flushed(): void {
    if (this.#asked) this.final("", { startMs: this.#finalMs, endMs: this.#peer.heardMs });
  }

  /** Scribe knows no last request: the client closes. */
  ended(): void {}

  expire(): void {
    this.#send("session_time_limit_exceeded", { error: "The session has lasted as long as it may" });
    this.#peer.close(1000);
  }

  garbage(): readonly object[] {
    return [
      { message_type: 5 },
      { message_type: "partial_transcript" },
      { message_type: "partial_transcript", text: null },
      { message_type: "partial_transcript", text: " " },
      { message_type: "committed_transcript", text: 5 },
      { message_type: "committed_transcript_entities", text: "no", entities: [] },
      { message_type: "edited_transcript", text: "no", edited_text: "never" },
      { message_type: "warning", warning: "something" },
      { message_type: "something_new", text: "no" },
    ];
  }

  /** Asks for the final text: as a flush, and as what may be the last that is said. */
  #commit(): void {
    if (this.#peer.heardMs - this.#finalMs < LEAST_COMMIT_MS) return this.#send("commit_throttled", { error: "Not enough audio since the last commit" });
    this.#asked = true;
    this.#peer.flushAsked();
    this.#peer.finishAsked();
  }

  #refuse(kind: string, error: string): void {
    this.#send(kind, { error });
    this.#peer.close(CLOSE_CODE);
  }

  #send(kind: string, fields: object): void {
    this.#peer.send({ message_type: kind, ...fields });
  }
}
