import type { TranscriberRequest } from "@openclaw/telephony-contract";
import { silence, type KeepAlive, type Report, type SocketProtocol, type SocketTarget, type SocketWire } from "@openclaw/telephony-kit";
import type { XAiConfig } from "./config.ts";
import { faultOf } from "./faults.ts";
import { AUDIO_DONE, endpointingMs, read, target, type XAiMessage } from "./protocol.ts";
import { Utterance } from "./utterance.ts";

/** What xAI recommends for one message. */
const CHUNK_MS = 100;
/** xAI goes by the audio that it gets, and knows no message that keeps a session alive: where the carrier sends none, it is given silence. */
const SILENCE_MS = 1_000;

/** xAI's half of one session. xAI hears where an utterance ends, by the silence that it was told. */
export class XAiSession implements SocketProtocol {
  readonly chunkMs = CHUNK_MS;
  readonly keepAlive: KeepAlive;
  readonly #utterance = new Utterance();
  #item = 1;
  #begun = false;
  #wire: SocketWire | undefined;
  #finishing = false;

  constructor(
    private readonly config: XAiConfig,
    private readonly request: TranscriberRequest,
    private readonly report: Report,
  ) {
    const quiet = silence(request.format, SILENCE_MS);
    this.keepAlive = { everyMs: SILENCE_MS, beat: (wire) => wire.feed(quiet) };
  }

  connect(): SocketTarget {
    return target(this.config, this.request);
  }

  opened(wire: SocketWire): void {
    this.#wire = wire;
  }

  encodeAudio(audio: Uint8Array): Uint8Array {
    return audio;
  }

  /** xAI has no such request: it is given the silence that ends an utterance, and as much as is sent at once. */
  flush(wire: SocketWire): void {
    if (this.#utterance.text === "") wire.flushed();
    else wire.feed(silence(this.request.format, endpointingMs(this.config, this.request) + CHUNK_MS));
  }

  finish(wire: SocketWire): void {
    this.#finishing = true;
    wire.send(AUDIO_DONE);
  }

  restarted(fromMs: number): void {
    this.#utterance.restarted(fromMs);
  }

  closed(): undefined {
    if (this.#finishing && this.#utterance.text !== "") this.#end(undefined);
  }

  received(message: string | Uint8Array, wire: SocketWire): void {
    const news = read(message);
    switch (news?.type) {
      case "created":
        return wire.ready();
      case "partial":
        return this.#heard(news);
      case "done":
        this.#utterance.hearRest(news.text);
        if (this.#utterance.text !== "") this.#end(undefined);
        return wire.finished();
      case "error": {
        const error = faultOf(news);
        return error.retryable ? wire.lost(error) : wire.fail(error);
      }
    }
  }

  #heard({ stretch, isFinal, speechFinal }: Extract<XAiMessage, { type: "partial" }>): void {
    const before = this.#utterance.text;
    this.#utterance.hear(stretch, isFinal);
    const { text } = this.#utterance;
    if (isFinal && speechFinal) {
      // What xAI takes back ends all the same, without words.
      if (text !== "" || before !== "") this.#end(this.#utterance.endMs);
    } else if (text !== "" && text !== before) {
      this.report({ type: "partial", itemId: this.#begin(), text });
    }
  }

  #end(endMs: number | undefined): void {
    const { text } = this.#utterance;
    const itemId = this.#begin();
    this.#item += 1;
    this.#begun = false;
    this.#utterance.end();
    this.#wire?.heardThrough(endMs ?? Infinity);
    const startMs = this.#wire?.startMs ?? 0;
    this.report({ type: "final", itemId, text, ...(endMs !== undefined && { timeMs: startMs + endMs }) });
    this.#wire?.flushed();
  }

  /** Name of the utterance that is under way, or of a new one. It goes on over lost connections. */
  #begin(): string {
    const itemId = `item-${this.#item}`;
    const { startMs } = this.#utterance;
    if (!this.#begun) this.report({ type: "speechStarted", itemId, ...(startMs !== undefined && { timeMs: (this.#wire?.startMs ?? 0) + startMs }) });
    this.#begun = true;
    return itemId;
  }
}
