import { TelephonyError, type TranscriberRequest } from "@openclaw/telephony-contract";
import { ItemIds, silence, type KeepAlive, type Report, type SocketProtocol, type SocketTarget, type SocketWire } from "@openclaw/telephony-kit";
import type { DeepgramConfig } from "./config.ts";
import { CLOSE_STREAM, EOT_TIMEOUT_MS, fluxTarget, readFlux, type FluxMessage } from "./protocol.ts";

/** Flux knows no message that keeps a session alive: where no audio comes, it is given silence. */
const SILENCE_MS = 1_000;
/** What Deepgram recommends for one message. */
const CHUNK_MS = 80;

/** A session of `v2/listen`: Flux, which finds the ends of turns itself. Each message brings the whole turn so far. */
export class FluxSession implements SocketProtocol {
  readonly chunkMs = CHUNK_MS;
  readonly keepAlive: KeepAlive;
  readonly #items = new ItemIds();
  /** Key of the turn whose end was announced. */
  #eager: number | undefined;
  #turn: number | undefined;

  constructor(
    private readonly config: DeepgramConfig,
    private readonly request: TranscriberRequest,
    private readonly report: Report,
  ) {
    const quiet = silence(request.format, SILENCE_MS);
    this.keepAlive = { everyMs: SILENCE_MS, beat: (wire) => wire.feed(quiet) };
  }

  connect(): SocketTarget {
    return fluxTarget(this.config, this.request);
  }

  encodeAudio(audio: Uint8Array): Uint8Array {
    return audio;
  }

  /** Flux has no such request, and ends every turn after so much silence. */
  flush(wire: SocketWire): void {
    if (this.#turn === undefined) wire.flushed();
    else wire.feed(silence(this.request.format, this.config.eotTimeoutMs ?? EOT_TIMEOUT_MS));
  }

  finish(wire: SocketWire): void {
    wire.send(CLOSE_STREAM);
  }

  restarted(): void {
    if (this.#eager !== undefined) this.report({ type: "resumed", itemId: this.#items.of(this.#eager) });
    this.#eager = undefined;
    this.#turn = undefined;
    this.#items.restarted();
  }

  received(message: string | Uint8Array, wire: SocketWire): void {
    const read = readFlux(message);
    if (read?.type === "connected") wire.ready();
    else if (read?.type === "error") this.#error(read.code, wire);
    else if (read) this.#turnInfo(read, wire);
  }

  #error(code: string, wire: SocketWire): void {
    const ours = code === "UNPARSABLE_CLIENT_MESSAGE";
    const error = new TelephonyError(ours ? "internal" : "unavailable", `Deepgram ended the session (${code})`, { retryable: !ours, providerCode: code });
    if (ours) wire.fail(error);
    else wire.lost(error);
  }

  #turnInfo({ event, turn, text, endMs, confidence }: Extract<FluxMessage, { type: "turn" }>, wire: SocketWire): void {
    if (text === "" && event !== "StartOfTurn" && event !== "EndOfTurn") return;
    const begins = this.#items.begins(turn);
    const itemId = this.#items.of(turn);
    this.#turn = turn;
    if (begins) this.report({ type: "speechStarted", itemId });
    switch (event) {
      case "EagerEndOfTurn":
        this.#eager = turn;
        return this.report({ type: "eagerEnd", itemId, text });
      case "TurnResumed":
        this.#eager = undefined;
        return this.report({ type: "resumed", itemId });
      case "EndOfTurn":
        this.#eager = this.#turn = undefined;
        this.#items.end(turn);
        wire.heardThrough(endMs);
        if (text !== "") this.report({ type: "final", itemId, text, timeMs: wire.startMs + endMs, ...(confidence !== undefined && { confidence }) });
        return wire.flushed();
      default:
        if (text !== "") this.report({ type: "partial", itemId, text });
    }
  }
}
