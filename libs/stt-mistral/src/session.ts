import type { TranscriberRequest } from "@openclaw/telephony-contract";
import { silence, type KeepAlive, type Report, type SocketProtocol, type SocketTarget, type SocketWire } from "@openclaw/telephony-kit";
import { DEFAULT_DELAY_MS, type MistralConfig } from "./config.ts";
import { faultOf } from "./faults.ts";
import { END, FLUSH, append, read, sessionUpdate, target } from "./protocol.ts";
import { Transcript } from "./transcript.ts";

/** What Voxtral takes in one step. */
const CHUNK_MS = 80;
/** Mistral knows no message that keeps a session alive: where the carrier sends no audio, it is given silence. */
const SILENCE_MS = 1_000;
/**
 * How long a flush waits for an answer, in milliseconds of audio: since the last words, and where none come at all. The
 * kit itself gives up after two seconds.
 */
const QUIET_MS = 300;
const LONGEST_MS = 1_600;

/** A flush under way: where the audio ended that it asked for, and how much had been sent when the last words came. */
interface Flush {
  readonly atMs: number;
  wordsMs: number;
}

/**
 * Mistral's half of one session. Words are written while somebody speaks, without an end. A flush, which is due when the
 * caller has paused, may be answered by segments, by `transcription.done`, or by nothing but the last words: what was
 * written is then taken for good once no more comes.
 */
export class MistralSession implements SocketProtocol {
  readonly chunkMs = CHUNK_MS;
  readonly keepAlive: KeepAlive;
  readonly #delayMs: number;
  /** How long words may still come after a flush: the pause has been waited for already. */
  readonly #quietMs: number;
  readonly #transcript = new Transcript();
  #item = 1;
  #begun = false;
  #wire: SocketWire | undefined;
  #flush: Flush | undefined;
  /** Flushes that no `transcription.done` has answered yet: one that is overdue may still be answered. */
  #unanswered = 0;
  #finishing = false;
  /** Audio up to here is reported. */
  #heardMs = 0;

  constructor(
    private readonly config: MistralConfig,
    private readonly request: TranscriberRequest,
    private readonly report: Report,
  ) {
    const quiet = silence(request.format, SILENCE_MS);
    this.keepAlive = { everyMs: SILENCE_MS, beat: (wire) => wire.feed(quiet) };
    this.#delayMs = config.targetStreamingDelayMs ?? DEFAULT_DELAY_MS;
    this.#quietMs = QUIET_MS + Math.max(0, this.#delayMs - request.endSilenceMs);
  }

  connect(): SocketTarget {
    return target(this.config);
  }

  opened(wire: SocketWire): void {
    this.#wire = wire;
  }

  encodeAudio(audio: Uint8Array): string {
    const flush = this.#flush;
    // When the audio at hand is sent: not from within the sending.
    if (flush && this.#isOverdue(flush)) queueMicrotask(() => this.#flush === flush && this.#takeAll());
    return append(audio);
  }

  flush(wire: SocketWire): void {
    if (this.#transcript.text === "" && wire.sentMs === this.#heardMs) return wire.flushed();
    this.#flush = { atMs: wire.sentMs, wordsMs: wire.sentMs };
    this.#unanswered += 1;
    wire.send(FLUSH);
  }

  finish(wire: SocketWire): void {
    this.#finishing = true;
    wire.send(FLUSH);
    wire.send(END);
  }

  restarted(fromMs: number): void {
    this.#transcript.restarted(fromMs);
    this.#flush = undefined;
    this.#unanswered = 0;
    this.#heardMs = 0;
  }

  closed(): undefined {
    if (this.#finishing) this.#takeAll();
  }

  received(message: string | Uint8Array, wire: SocketWire): void {
    const news = read(message);
    switch (news?.type) {
      case "created":
        wire.send(sessionUpdate(this.config, this.request.format));
        // The update is read before the audio that follows it.
        return wire.ready();
      case "delta":
        return this.#written(news.text, wire);
      case "segment": {
        const text = this.#transcript.segment(news.text);
        this.#final(text, news.endMs);
        return text === undefined ? undefined : this.#settle();
      }
      case "done":
        return this.#done(news.text, wire);
      case "error": {
        const error = faultOf(news.code);
        return error.retryable ? wire.lost(error) : wire.fail(error);
      }
    }
  }

  #written(text: string, wire: SocketWire): void {
    this.#transcript.write(text, Math.max(0, wire.sentMs - this.#delayMs));
    if (text.trim() === "") return;
    if (this.#flush) this.#flush.wordsMs = wire.sentMs;
    if (this.#transcript.full) this.#takeAll();
    else this.#partial();
  }

  #done(text: string, wire: SocketWire): void {
    this.#final(this.#transcript.done(text), undefined);
    this.#unanswered = Math.max(0, this.#unanswered - 1);
    if (this.#finishing || (this.#unanswered === 0 && text === "")) this.#takeAll();
    else if (this.#unanswered === 0) this.#settle();
    if (this.#finishing) wire.finished();
  }

  #partial(): void {
    const { text } = this.#transcript;
    if (text !== "") this.report({ type: "partial", itemId: this.#begin(), text });
  }

  #isOverdue({ atMs, wordsMs }: Flush): boolean {
    const waitedMs = (this.#wire?.sentMs ?? 0) - atMs;
    return waitedMs >= LONGEST_MS || (this.#transcript.text !== "" && waitedMs >= wordsMs - atMs + this.#quietMs);
  }

  /** What was written counts, since nothing better comes. */
  #takeAll(): void {
    this.#final(this.#transcript.take(), undefined);
    this.#settle();
  }

  #settle(): void {
    if (this.#transcript.text !== "") return;
    this.#flush = undefined;
    this.#wire?.flushed();
  }

  #final(text: string | undefined, endMs: number | undefined): void {
    const wire = this.#wire;
    if (text === undefined || !wire) return;
    const itemId = this.#begin();
    this.#item += 1;
    this.#begun = false;
    this.#heardMs = this.#throughMs(wire, endMs);
    wire.heardThrough(this.#heardMs);
    this.report({ type: "final", itemId, text, timeMs: wire.startMs + this.#heardMs });
    this.#partial();
  }

  /** Where what is final was said. Whether a segment's times count from the connection's begin is not certain. */
  #throughMs(wire: SocketWire, endMs = 0): number {
    if (endMs > this.#heardMs && endMs <= wire.sentMs) return endMs;
    return Math.max(this.#heardMs, this.#flush?.atMs ?? wire.sentMs - this.#delayMs);
  }

  /** Name of the item that is under way, or of a new one. It goes on over lost connections. */
  #begin(): string {
    const itemId = `item-${this.#item}`;
    if (!this.#begun) this.report({ type: "speechStarted", itemId });
    this.#begun = true;
    return itemId;
  }
}
