import type { TranscriberRequest } from "@openclaw/telephony-contract";
import { ItemIds, silence, type KeepAlive, type Report, type SocketProtocol, type SocketTarget, type SocketWire } from "@openclaw/telephony-kit";
import type { ElevenLabsConfig } from "./config.ts";
import { faultOf } from "./faults.ts";
import { chunk, commit, read, silenceSecs, target, type ElevenLabsMessage } from "./protocol.ts";
import { Twins } from "./twins.ts";

/** Audio in one message: every message costs JSON and Base64 around it. */
const CHUNK_MS = 40;
/** ElevenLabs hangs up after 10 to 15 seconds without audio, and goes by audio alone: where none comes, it is given silence. */
const SILENCE_MS = 1_000;
/** ElevenLabs refuses to look for a final text in less. */
const LEAST_COMMIT_MS = 300;

/** ElevenLabs' half of one session. It tells one utterance after the other, and has no names for them. */
export class ElevenLabsSession implements SocketProtocol {
  readonly chunkMs = CHUNK_MS;
  readonly keepAlive: KeepAlive;
  readonly #config: ElevenLabsConfig;
  readonly #request: TranscriberRequest;
  readonly #report: Report;
  readonly #silenceMs: number;
  readonly #items = new ItemIds();
  readonly #twins = new Twins();
  #utterance = 0;
  /** What was sent when the last final text came. */
  #finalMs = 0;
  /** Where the last utterance ended at the latest, while that is not told. */
  #estimateMs: number | undefined;

  constructor(config: ElevenLabsConfig, request: TranscriberRequest, report: Report) {
    this.#config = config;
    this.#request = request;
    this.#report = report;
    this.#silenceMs = silenceSecs(config, request) * 1000;
    const quiet = silence(request.format, SILENCE_MS);
    this.keepAlive = { everyMs: SILENCE_MS, beat: (wire) => wire.feed(quiet) };
  }

  connect(): SocketTarget {
    return target(this.#config, this.#request);
  }

  encodeAudio(audio: Uint8Array): string {
    return chunk(audio, this.#request.format);
  }

  flush(wire: SocketWire): void {
    const unheard = wire.sentMs - this.#finalMs >= LEAST_COMMIT_MS;
    if (unheard || this.#items.has(this.#utterance)) wire.send(commit(this.#request.format));
    else this.#answered(wire);
  }

  finish(wire: SocketWire): void {
    this.flush(wire);
  }

  restarted(): void {
    this.#items.restarted();
    this.#twins.clear();
    this.#finalMs = 0;
    this.#estimateMs = undefined;
  }

  received(message: string | Uint8Array, wire: SocketWire): void {
    const news = read(message);
    switch (news?.type) {
      case "started":
        return wire.ready();
      case "partial":
        if (news.text !== "") this.#report({ type: "partial", itemId: this.#begin(), text: news.text });
        return;
      case "final":
        return this.#final(news, wire);
      case "error":
        return this.#error(news.kind, wire);
    }
  }

  /** The utterance that is under way, or a new one. */
  #begin(): string {
    const begins = this.#items.begins(this.#utterance);
    const itemId = this.#items.of(this.#utterance);
    if (begins) this.#report({ type: "speechStarted", itemId });
    return itemId;
  }

  #final({ kind, text, endMs }: Extract<ElevenLabsMessage, { type: "final" }>, wire: SocketWire): void {
    this.#heard(text, endMs, wire);
    if (this.#twins.has(kind, text)) return;
    this.#finalMs = wire.sentMs;
    // Silence alone has a final text from time to time, an empty one.
    if (text !== "" || this.#items.has(this.#utterance)) {
      const itemId = this.#begin();
      this.#items.end(this.#utterance++);
      this.#report({ type: "final", itemId, text });
    }
    this.#answered(wire);
  }

  /**
   * Notes what need not be sent again. Where an utterance ends is told a moment after its text. Where that is not told, it
   * ended before the silence that was sent after it, which is used once the next text is there.
   */
  #heard(text: string, endMs: number | undefined, wire: SocketWire): void {
    if (endMs !== undefined) {
      this.#estimateMs = undefined;
      wire.heardThrough(endMs + this.#silenceMs / 2);
    } else if (text !== "") {
      if (this.#estimateMs !== undefined) wire.heardThrough(this.#estimateMs);
      this.#estimateMs = Math.max(0, wire.sentMs - this.#silenceMs);
    }
  }

  #answered(wire: SocketWire): void {
    wire.flushed();
    wire.finished();
  }

  #error(kind: string, wire: SocketWire): void {
    if (kind === "commit_throttled") return this.#answered(wire);
    const error = faultOf(kind);
    if (error.retryable) wire.lost(error);
    else wire.fail(error);
  }
}
