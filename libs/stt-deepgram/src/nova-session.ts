import { TelephonyError, type TranscriberRequest } from "@openclaw/telephony-contract";
import { ItemIds, silence, type KeepAlive, type Report, type SocketProtocol, type SocketTarget, type SocketWire } from "@openclaw/telephony-kit";
import type { DeepgramConfig } from "./config.ts";
import { CLOSE_STREAM, FINALIZE, KEEP_ALIVE, novaTarget, readNova, type NovaMessage } from "./protocol.ts";

/** Deepgram hangs up after 10 seconds of nothing. */
const KEEP_ALIVE_MS = 4_000;
/** Audio that shows that there will be some, since messages alone do not keep a session. */
const TOKEN_MS = 20;

/** A stretch of an utterance whose text does not change any more. */
interface Locked {
  readonly text: string;
  readonly endMs: number;
  readonly confidence: number | undefined;
}

/** A session of `v1/listen`: Deepgram's models up to Nova. An utterance is put together from stretches. */
export class NovaSession implements SocketProtocol {
  readonly keepAlive: KeepAlive;
  readonly #items = new ItemIds();
  #utterance = 0;
  /** Whether the utterance has words. Deepgram takes noise for speech as well, and then says nothing more of it. */
  #worded = false;
  #locked: Locked[] = [];

  constructor(
    private readonly config: DeepgramConfig,
    private readonly request: TranscriberRequest,
    private readonly report: Report,
  ) {
    const token = silence(request.format, TOKEN_MS);
    this.keepAlive = {
      everyMs: KEEP_ALIVE_MS,
      beat: (wire) => (wire.sentMs === 0 ? wire.feed(token) : wire.send(KEEP_ALIVE)),
    };
  }

  connect(): SocketTarget {
    return novaTarget(this.config, this.request);
  }

  opened(wire: SocketWire): void {
    wire.ready();
  }

  encodeAudio(audio: Uint8Array): Uint8Array {
    return audio;
  }

  flush(wire: SocketWire): void {
    wire.send(FINALIZE);
  }

  finish(wire: SocketWire): void {
    wire.send(CLOSE_STREAM);
  }

  /** Text from before the audio that is sent again stays; the rest will be heard once more. */
  restarted(fromMs: number): void {
    this.#locked = this.#locked.filter(({ endMs }) => endMs <= fromMs).map((locked) => ({ ...locked, endMs: 0 }));
    this.#items.restarted();
  }

  closed(code: number, reason: string): TelephonyError | undefined {
    if (code !== 1008) return undefined;
    const [providerCode = "1008"] = /^[A-Z]+-\d+/.exec(reason) ?? [];
    return new TelephonyError("invalid-request", `Deepgram refuses the audio or the session (${providerCode})`, { providerCode });
  }

  received(message: string | Uint8Array, wire: SocketWire): void {
    const read = readNova(message);
    if (!read) return;
    if (read.type === "speechStarted") this.#sign(wire.startMs + read.atMs);
    else if (read.type === "utteranceEnd") this.#end(wire, this.#locked.at(-1)?.endMs ?? 0);
    else this.#results(read, wire);
  }

  #results({ text, endMs, confidence, isFinal, speechFinal, fromFinalize }: Extract<NovaMessage, { type: "results" }>, wire: SocketWire): void {
    if (text !== "") {
      const itemId = this.#words();
      if (isFinal) this.#locked.push({ text, endMs, confidence });
      const soFar = [...this.#locked.map((one) => one.text), ...(isFinal ? [] : [text])].join(" ");
      if (!speechFinal && !fromFinalize) this.report({ type: "partial", itemId, text: soFar });
    }
    if (isFinal && (speechFinal || fromFinalize)) this.#end(wire, endMs);
    if (fromFinalize) wire.flushed();
  }

  /** Something is heard. Beside words it is no news. */
  #sign(timeMs: number): void {
    if (!this.#worded) this.report({ type: "speechStarted", itemId: this.#items.of(this.#utterance), timeMs });
  }

  /** The utterance has words; its begin may have been missed. */
  #words(): string {
    const begins = this.#items.begins(this.#utterance);
    const itemId = this.#items.of(this.#utterance);
    this.#worded = true;
    if (begins) this.report({ type: "speechStarted", itemId });
    return itemId;
  }

  #end(wire: SocketWire, endMs: number): void {
    if (this.#locked.length === 0) return;
    const text = this.#locked.map((one) => one.text).join(" ");
    const sure = this.#locked.map((one) => one.confidence).filter((one) => one !== undefined);
    const itemId = this.#items.end(this.#utterance);
    this.#locked = [];
    this.#worded = false;
    this.#utterance += 1;
    wire.heardThrough(endMs);
    this.report({ type: "final", itemId, text, timeMs: wire.startMs + endMs, ...(sure.length > 0 && { confidence: Math.min(...sure) }) });
  }
}
