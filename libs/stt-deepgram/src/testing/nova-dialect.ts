import type { AudioFormat } from "@openclaw/telephony-contract";
import { readJson } from "@openclaw/telephony-kit";
import type { Span, TranscriptionDialect, TranscriptionPeer } from "@openclaw/phone-network/transcription";

/** What a connection was opened with. */
export interface Opening {
  readonly format: AudioFormat;
  readonly query: URLSearchParams;
  readonly requestId: string;
}

/** Deepgram's patience with a client that sends nothing, and with one that never sends audio. */
const IDLE_MS = 10_000;
/** An utterance of so many words is given in two stretches. */
const LONG_WORDS = 8;

/** `v1/listen` on one connection. */
export class NovaDialect implements TranscriptionDialect {
  readonly idleMs = IDLE_MS;
  readonly #peer: TranscriptionPeer;
  readonly #opening: Opening;
  #startMs = 0;
  /** Audio since the latest text that does not change any more. */
  #finalMs = 0;
  #finalizing = false;

  constructor(peer: TranscriptionPeer, opening: Opening) {
    this.#peer = peer;
    this.#opening = opening;
    const endpointing = opening.query.get("endpointing");
    peer.hears({ format: opening.format, ...(endpointing !== "false" && { endSilenceMs: Number(endpointing ?? 10) }) });
    peer.timers.after(IDLE_MS, () => peer.heardMs === 0 && this.idle());
  }

  received(message: string | Uint8Array): void {
    if (typeof message !== "string") {
      if (message.length === 0) return this.#peer.finishAsked();
      return this.#peer.audio(message);
    }
    const { type, ...rest } = (readJson(message) ?? {}) as { readonly type?: unknown };
    const known = typeof type === "string" && Object.keys(rest).every((key) => type === "Finalize" && key === "channel");
    if (known && type === "KeepAlive") this.#peer.keptAlive();
    else if (known && type === "Finalize") this.#finalize();
    else if (known && type === "CloseStream") this.#peer.finishAsked();
    else this.#peer.close(1008, "DATA-0000: the payload cannot be decoded as audio");
  }

  idle(): void {
    this.#peer.close(1011, "NET-0001: the service has not received audio or a KeepAlive within 10 seconds");
  }

  speechStarted(atMs: number): void {
    this.#startMs = atMs;
    if (this.#opening.query.get("vad_events") === "true") this.#peer.send({ type: "SpeechStarted", channel: [0, 1], timestamp: atMs / 1000 });
  }

  partial(text: string): void {
    if (this.#opening.query.get("interim_results") === "true") this.#results(text, this.#peer.heardMs, {});
  }

  final(text: string, { startMs, endMs }: Span): void {
    this.#startMs = startMs;
    const words = text.split(" ");
    const half = words.length >= LONG_WORDS ? Math.floor(words.length / 2) : 0;
    const middleMs = (startMs + endMs) / 2;
    if (half > 0) this.#results(words.slice(0, half).join(" "), middleMs, { is_final: true });
    if (half > 0) this.#startMs = middleMs;
    this.#results(words.slice(half).join(" "), endMs, { is_final: true, speech_final: !this.#finalizing, from_finalize: this.#finalizing });
    this.#finalizing = false;
    this.#finalMs = this.#peer.heardMs;
  }

  /** Where there is nothing to tell, Deepgram answers only if it had audio. */
  flushed(): void {
    if (this.#finalizing && this.#peer.heardMs > this.#finalMs) this.#results("", this.#peer.heardMs, { is_final: true, from_finalize: true });
    this.#finalizing = false;
  }

  ended(): void {
    const { requestId } = this.#opening;
    this.#peer.send({ type: "Metadata", transaction_key: "deprecated", request_id: requestId, sha256: "0", created: "2026-01-01T00:00:00Z", duration: this.#peer.heardMs / 1000, channels: 1 });
    this.#peer.close(1000);
  }

  garbage(): readonly object[] {
    return [
      { type: "Results" },
      { type: "Results", channel: null },
      { type: "Results", channel: { alternatives: [] }, is_final: true, speech_final: true },
      { type: "Results", channel: { alternatives: [{ transcript: 5 }] } },
      { type: "Results", start: "0", duration: null, is_final: true, channel: { alternatives: [{ transcript: "" }] } },
      { type: "SpeechStarted", timestamp: "now" },
      { type: "UtteranceEnd", last_word_end: -1 },
      { type: "Warning", description: "something" },
    ];
  }

  #finalize(): void {
    this.#finalizing = true;
    this.#peer.flushAsked();
  }

  #results(transcript: string, endMs: number, flags: { is_final?: boolean; speech_final?: boolean; from_finalize?: boolean }): void {
    this.#peer.send({
      type: "Results",
      channel_index: [0, 1],
      start: this.#startMs / 1000,
      duration: (endMs - this.#startMs) / 1000,
      is_final: false,
      speech_final: false,
      from_finalize: false,
      ...flags,
      channel: { alternatives: [{ transcript, confidence: 0.98, words: [] }] },
      metadata: { request_id: this.#opening.requestId },
    });
  }
}
