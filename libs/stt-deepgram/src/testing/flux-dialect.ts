import { bytesPerSample } from "@openclaw/telephony-contract";
import { readJson, silence } from "@openclaw/telephony-kit";
import type { Span, TranscriptionDialect, TranscriptionPeer } from "@openclaw/phone-network/transcription";
import type { Opening } from "./nova-dialect.ts";

/** Silence after which the fake's model is sure that a turn is over. */
const END_SILENCE_MS = 300;
/** Silence that shows that a client keeps the session alive. */
const SILENCE_MS = 1_000;
const IDLE_MS = 10_000;

/** `v2/listen` on one connection. */
export class FluxDialect implements TranscriptionDialect {
  readonly idleMs = IDLE_MS;
  readonly eager?: (text: string) => void;
  readonly resumed?: () => void;
  readonly #peer: TranscriptionPeer;
  readonly #opening: Opening;
  readonly #bytesPerMs: number;
  readonly #silent: number;
  readonly #timeoutMs: number;
  #sequence = 0;
  #turn = 0;
  #text: string | undefined;
  #startMs = 0;
  #silentMs = 0;

  constructor(peer: TranscriptionPeer, opening: Opening) {
    const { format, query } = opening;
    this.#peer = peer;
    this.#opening = opening;
    this.#bytesPerMs = (bytesPerSample(format) * format.sampleRate) / 1000;
    this.#silent = silence(format, 1)[0] ?? 0;
    this.#timeoutMs = Number(query.get("eot_timeout_ms") ?? 5000);
    peer.hears({ format, endSilenceMs: END_SILENCE_MS });
    if (!query.has("eager_eot_threshold")) return;
    this.eager = (text) => this.#turnInfo("EagerEndOfTurn", text, this.#peer.heardMs);
    this.resumed = () => this.#turnInfo("TurnResumed", this.#text ?? "", this.#peer.heardMs);
  }

  opened(): void {
    this.#send({ type: "Connected" });
  }

  received(message: string | Uint8Array): void {
    if (typeof message !== "string") return this.#audio(message);
    const fields = (readJson(message) ?? {}) as { readonly type?: unknown };
    if (fields.type === "CloseStream" && Object.keys(fields).length === 1) return this.#peer.finishAsked();
    this.#send({ type: "Error", code: "UNPARSABLE_CLIENT_MESSAGE", description: "the message is not known" });
    this.#peer.close(1008);
  }

  idle(): void {
    this.#peer.close(1011);
  }

  speechStarted(atMs: number): void {
    this.#startMs = atMs;
    this.#text = "";
    this.#turnInfo("StartOfTurn", "", atMs);
  }

  partial(text: string): void {
    this.#text = text;
    this.#turnInfo("Update", text, this.#peer.heardMs);
  }

  final(text: string, { startMs, endMs }: Span): void {
    this.#startMs = startMs;
    this.#turnInfo("EndOfTurn", text, endMs, { trigger: "model" });
    this.#text = undefined;
    this.#turn += 1;
  }

  /** Flux says that it is over by closing, without a code. */
  ended(): void {
    this.#peer.close();
  }

  garbage(): readonly object[] {
    return [
      { type: "TurnInfo" },
      { type: "TurnInfo", event: "EndOfTurn", turn_index: "0", transcript: "no" },
      { type: "TurnInfo", event: "EndOfTurn", turn_index: this.#turn, transcript: null },
      { type: "TurnInfo", event: "Update", turn_index: this.#turn, transcript: "" },
      { type: "TurnInfo", event: "SomethingNew", turn_index: this.#turn, transcript: "" },
      { type: "ConfigureSuccess", request_id: "r", sequence_id: 1 },
    ];
  }

  /** A turn ends after so much silence in any case. */
  #audio(bytes: Uint8Array): void {
    const before = this.#silentMs;
    this.#silentMs = bytes.every((byte) => byte === this.#silent) ? before + bytes.length / this.#bytesPerMs : 0;
    this.#peer.audio(bytes);
    if (Math.floor(this.#silentMs / SILENCE_MS) > Math.floor(before / SILENCE_MS)) this.#peer.keptAlive();
    if (before < this.#timeoutMs && this.#silentMs >= this.#timeoutMs && this.#text !== undefined) this.#peer.flushAsked();
  }

  #turnInfo(event: string, transcript: string, endMs: number, more: object = {}): void {
    const words = transcript.split(" ").filter((word) => word !== "");
    this.#send({
      type: "TurnInfo",
      event,
      turn_index: this.#turn,
      audio_window_start: this.#startMs / 1000,
      audio_window_end: endMs / 1000,
      transcript,
      words: words.map((word) => ({ word, confidence: 0.97, start: this.#startMs / 1000, end: endMs / 1000 })),
      end_of_turn_confidence: event === "EndOfTurn" ? 0.83 : 0.08,
      ...more,
    });
  }

  #send(message: object): void {
    this.#peer.send({ request_id: this.#opening.requestId, sequence_id: this.#sequence++, ...message });
  }
}
