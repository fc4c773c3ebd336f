import { bytesPerSample, type AudioFormat } from "@openclaw/telephony-contract";
import { readJson, silence } from "@openclaw/telephony-kit";
import type { Span, TranscriptionDialect, TranscriptionPeer } from "@openclaw/phone-network/transcription";

/** What xAI's documentation leaves open. */
export interface XAiHabits {
  /** Whether texts that follow a locked one hold it as well; else they are what follows. */
  readonly repeatsLocked: boolean;
  /** Whether what is left at the end comes with `transcript.done`; else it comes before, and `transcript.done` is empty. */
  readonly restInDone: boolean;
}

/** How a connection was opened, and how it behaves. */
export interface Opening {
  readonly query: URLSearchParams;
  readonly habits: XAiHabits;
}

/** xAI's own silence at the end of an utterance. */
const ENDPOINTING_MS = 10;
/** Silence that shows that a client keeps the session alive. */
const SILENCE_MS = 1_000;
/** No limit is documented. */
const IDLE_MS = 30_000;
/** So many words are locked. */
const LOCKED_WORDS = 6;
/** With a fault that no client of ours may make. No code is documented. */
const CLOSE_CODE = 1008;

const ENCODINGS: Readonly<Record<string, AudioFormat["encoding"]>> = { pcm: "pcm16", mulaw: "mulaw", alaw: "alaw" };

/** A streaming transcription on one connection. */
export class XAiDialect implements TranscriptionDialect {
  readonly idleMs = IDLE_MS;
  readonly #peer: TranscriptionPeer;
  readonly #habits: XAiHabits;
  readonly #interim: boolean;
  readonly #endpointingMs: number;
  readonly #bytesPerMs: number;
  readonly #silent: number;
  #startMs = 0;
  #speaking = false;
  /** Words of the utterance that do not change any more, and where they end. */
  #locked = 0;
  #lockedMs = 0;
  #silentMs = 0;
  #finishing = false;
  #rest = "";

  constructor(peer: TranscriptionPeer, { query, habits }: Opening) {
    const format = { encoding: ENCODINGS[query.get("encoding") ?? "pcm"] ?? "pcm16", sampleRate: Number(query.get("sample_rate") ?? 16_000) };
    this.#peer = peer;
    this.#habits = habits;
    this.#interim = query.get("interim_results") === "true";
    this.#endpointingMs = Number(query.get("endpointing") ?? ENDPOINTING_MS);
    this.#bytesPerMs = (bytesPerSample(format) * format.sampleRate) / 1000;
    this.#silent = silence(format, 1)[0] ?? 0;
    peer.hears({ format, endSilenceMs: this.#endpointingMs });
  }

  opened(): void {
    this.#peer.send({ type: "transcript.created" });
  }

  received(message: string | Uint8Array): void {
    if (typeof message !== "string") return this.#audio(message);
    const fields = (readJson(message) ?? {}) as { readonly type?: unknown };
    if (fields.type !== "audio.done" || Object.keys(fields).length !== 1 || this.#finishing) return this.#refuse("Unknown message");
    this.#finishing = true;
    this.#peer.finishAsked();
  }

  idle(): void {
    this.#refuse("Session timed out waiting for audio");
  }

  /** Nothing tells that somebody begins to speak. */
  speechStarted(atMs: number): void {
    this.#startMs = atMs;
    this.#speaking = true;
    this.#locked = 0;
  }

  partial(text: string): void {
    const { heardMs } = this.#peer;
    const words = text.split(" ");
    if (words.length - this.#locked >= LOCKED_WORDS) {
      this.#partial(words, heardMs, { is_final: true });
      this.#locked = words.length;
      this.#lockedMs = heardMs;
    } else if (this.#interim) this.#partial(words, heardMs);
  }

  final(text: string, { endMs }: Span): void {
    this.#speaking = false;
    if (this.#finishing && this.#habits.restInDone) this.#rest = text;
    else this.#partial(text.split(" "), endMs, { is_final: true, speech_final: true });
  }

  ended(): void {
    const { heardMs } = this.#peer;
    this.#peer.send({ type: "transcript.done", text: this.#rest, words: this.#rest === "" ? [] : timed(this.#rest.split(" "), this.#startMs, heardMs), duration: heardMs / 1000 });
    this.#peer.close(1000);
  }

  garbage(): readonly object[] {
    return [
      { type: "transcript.partial" },
      { type: "transcript.partial", text: 5, is_final: true, speech_final: true },
      { type: "transcript.partial", text: null, is_final: true, speech_final: true, start: 0, duration: 1 },
      { type: "transcript.partial", text: "", is_final: false, speech_final: false, start: "0", duration: null, words: [null] },
      { type: "transcript.language", language: "en" },
    ];
  }

  /** An utterance ends after so much silence. */
  #audio(bytes: Uint8Array): void {
    const before = this.#silentMs;
    this.#silentMs = bytes.every((byte) => byte === this.#silent) ? before + bytes.length / this.#bytesPerMs : 0;
    this.#peer.audio(bytes);
    if (Math.floor(this.#silentMs / SILENCE_MS) > Math.floor(before / SILENCE_MS)) this.#peer.keptAlive();
    if (before < this.#endpointingMs && this.#silentMs >= this.#endpointingMs && this.#speaking) this.#peer.flushAsked();
  }

  /** All words of the utterance, or those that are not locked. */
  #partial(all: readonly string[], endMs: number, flags: { is_final?: boolean; speech_final?: boolean } = {}): void {
    const whole = this.#habits.repeatsLocked || this.#locked === 0;
    const words = whole ? all : all.slice(this.#locked);
    const startMs = whole ? this.#startMs : this.#lockedMs;
    this.#peer.send({
      type: "transcript.partial",
      text: words.join(" "),
      words: timed(words, startMs, endMs),
      is_final: false,
      speech_final: false,
      ...flags,
      start: startMs / 1000,
      duration: (endMs - startMs) / 1000,
    });
  }

  #refuse(message: string): void {
    this.#peer.send({ type: "error", message });
    this.#peer.close(CLOSE_CODE);
  }
}

function timed(words: readonly string[], startMs: number, endMs: number): readonly object[] {
  const each = (endMs - startMs) / 1000 / words.length;
  return words.map((word, at) => ({ text: word, start: startMs / 1000 + at * each, end: startMs / 1000 + (at + 1) * each }));
}
