import { TelephonyError, durationMs, type Logger, type TranscriberRequest } from "@openclaw/telephony-contract";
import { ItemIds, silence, type KeepAlive, type Report, type SocketProtocol, type SocketTarget, type SocketWire } from "@openclaw/telephony-kit";
import { DEFAULT_MODEL, type OpenAiConfig } from "./config.ts";
import { meaningOf } from "./faults.ts";
import { ItemQueue, type Outcome } from "./item-queue.ts";
import { traitsOf } from "./models.ts";
import { PauseDetector } from "./pause-detector.ts";
import { COMMIT, append, read, sessionUpdate, target, type OpenAiFault, type OpenAiMessage } from "./protocol.ts";

/** Audio in one message: every message costs JSON and Base64 around it. */
const CHUNK_MS = 40;
/** OpenAI goes by the audio that it gets; where the carrier sends none, it is given silence. */
const SILENCE_MS = 1_000;
/** OpenAI makes no item of less. */
const LEAST_COMMIT_MS = 100;
/**
 * A session lasts an hour at most. Another one takes over before, as soon as nothing is under way, and at the latest
 * shortly before the end. In milliseconds of audio, which are those of the clock, since silence fills every gap.
 */
const ROTATE_MS = 55 * 60_000;
const LAST_MS = 59 * 60_000;
/** Characters of one item that are kept while it is written. */
const MAX_TEXT = 16_384;

/** What a session is made of. */
export interface OpenAiSessionOptions {
  readonly config: OpenAiConfig;
  readonly request: TranscriberRequest;
  readonly report: Report;
  readonly log: Logger;
}

/** OpenAI's half of one session. What was said comes item by item; an item is a piece of speech between two pauses. */
export class OpenAiSession implements SocketProtocol {
  readonly chunkMs = CHUNK_MS;
  readonly keepAlive: KeepAlive;
  readonly #options: OpenAiSessionOptions;
  readonly #names = new ItemIds();
  readonly #items = new ItemQueue();
  /** Finds the pauses where OpenAI does not. */
  #pauses: PauseDetector | undefined;
  #wire: SocketWire | undefined;
  #ready = false;
  #finishing = false;
  #warned = false;
  /** Speech began of which no text has come. */
  #begun = false;
  /** Audio up to here belongs to an item. */
  #committedMs = 0;
  /** Where the audio ended that was to be made an item of, for every request that has no answer yet. */
  #commits: number[] = [];

  constructor(options: OpenAiSessionOptions) {
    const { config, request } = options;
    this.#options = options;
    const quiet = silence(request.format, SILENCE_MS);
    this.keepAlive = { everyMs: SILENCE_MS, beat: (wire) => wire.feed(quiet) };
    if (!traitsOf(config.model ?? DEFAULT_MODEL).serverVad) this.#findPauses();
  }

  connect(): SocketTarget {
    return target(this.#options.config);
  }

  opened(wire: SocketWire): void {
    this.#wire = wire;
    this.#setUp(wire);
  }

  encodeAudio(audio: Uint8Array): string {
    const { request, report } = this.#options;
    const wire = this.#wire;
    if (wire) {
      if (this.#pauses?.over) this.#commit(wire, wire.sentMs - durationMs(request.format, audio.length));
      if (this.#items.held) this.#tell(wire);
      this.#rotate(wire);
    }
    if (this.#pauses?.push(audio)) {
      this.#begun = true;
      report({ type: "speechStarted" });
    }
    return append(audio);
  }

  flush(wire: SocketWire): void {
    this.#commit(wire, wire.sentMs);
    this.#settle(wire);
  }

  finish(wire: SocketWire): void {
    this.#finishing = true;
    this.flush(wire);
  }

  restarted(): void {
    this.#ready = false;
    this.#names.restarted();
    this.#items.clear();
    this.#pauses?.reset();
    this.#begun = false;
    this.#commits = [];
    this.#committedMs = 0;
  }

  received(message: string | Uint8Array, wire: SocketWire): void {
    const news = read(message);
    switch (news?.type) {
      case "updated":
        this.#ready = true;
        return wire.ready();
      case "error":
        return this.#error(news.fault, wire);
      case "speechStarted":
        return this.#begin(news.item, wire.startMs + news.atMs);
      case "speechStopped": {
        const item = this.#items.open(news.item);
        if (item) item.endMs = news.atMs;
        return;
      }
      case "committed":
        return this.#committed(news, wire);
      case "delta":
        return this.#delta(news.item, news.text);
      case "completed":
        return this.#over(news.item, { text: news.text }, wire);
      case "failed": {
        const error = new TelephonyError("unavailable", `OpenAI could not transcribe a piece of speech (${news.code})`, { retryable: true, providerCode: news.code });
        return this.#over(news.item, { error }, wire);
      }
    }
  }

  #setUp(wire: SocketWire): void {
    const { config, request } = this.#options;
    wire.send(sessionUpdate(config, request, this.#pauses === undefined));
  }

  #findPauses(): void {
    const { config, request } = this.#options;
    this.#pauses = new PauseDetector(request.format, config.silenceDurationMs ?? request.endSilenceMs);
  }

  #begin(key: string, timeMs: number): void {
    if (this.#items.knows(key)) return;
    this.#items.open(key);
    const begins = this.#names.begins(key);
    const itemId = this.#names.of(key);
    if (begins) this.#options.report({ type: "speechStarted", itemId, timeMs });
  }

  #committed({ item: key, previous }: Extract<OpenAiMessage, { type: "committed" }>, wire: SocketWire): void {
    const item = this.#items.open(key);
    if (!item) return;
    // Where OpenAI heard no end of speech, the item is the answer to our request.
    item.endMs ??= this.#commits.shift() ?? wire.sentMs;
    this.#committedMs = Math.max(this.#committedMs, item.endMs);
    this.#items.commit(key, previous);
  }

  /** Where OpenAI finds the turns, it writes after the turn, and all at once: nobody can make use of the pieces. */
  #delta(key: string, text: string): void {
    const item = this.#pauses && this.#items.open(key);
    if (!item || item.text.length > MAX_TEXT) return;
    item.text += text;
    const soFar = item.text.trim();
    if (soFar !== "") this.#options.report({ type: "partial", itemId: this.#names.of(key), text: soFar });
  }

  #over(key: string, outcome: Outcome, wire: SocketWire): void {
    this.#items.settle(key, outcome, wire.sentMs);
    this.#tell(wire);
    this.#settle(wire);
  }

  #tell(wire: SocketWire): void {
    for (const { key, endMs, outcome } of this.#items.take(wire.sentMs)) {
      if (endMs !== undefined) wire.heardThrough(endMs);
      // No text takes the begin of speech back; where nothing began, nothing is to be said.
      const silent = "text" in outcome && outcome.text === "" && !this.#names.has(key) && !this.#begun;
      this.#begun = false;
      if (silent) continue;
      const itemId = this.#names.end(key);
      if ("error" in outcome) this.#options.report({ type: "itemFailed", itemId, error: outcome.error });
      else this.#options.report({ type: "final", itemId, text: outcome.text, ...(endMs !== undefined && { timeMs: wire.startMs + endMs }) });
    }
  }

  #commit(wire: SocketWire, atMs: number): void {
    this.#pauses?.reset();
    if (atMs - this.#committedMs < LEAST_COMMIT_MS) return;
    this.#committedMs = atMs;
    this.#commits.push(atMs);
    wire.send(COMMIT);
  }

  /** Everything that was asked for has come, where nothing is awaited any more. */
  #settle(wire: SocketWire): void {
    if (this.#commits.length > 0 || this.#items.waiting) return;
    wire.flushed();
    wire.finished();
  }

  #error(fault: OpenAiFault, wire: SocketWire): void {
    if (fault.ofCommit) {
      this.#commits.shift();
      return this.#settle(wire);
    }
    if (!this.#ready && !this.#pauses && fault.param?.includes("turn_detection")) {
      this.#findPauses();
      return this.#setUp(wire);
    }
    const error = meaningOf(fault, this.#ready);
    if (error?.retryable) wire.lost(error);
    else if (error) wire.fail(error);
    else this.#warn(fault.code);
  }

  /** Most errors are about one message, and the session goes on. */
  #warn(code: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#options.log.warn("OpenAI reports an error in a session that goes on", { code });
  }

  #rotate(wire: SocketWire): void {
    if (wire.sentMs < ROTATE_MS || (wire.sentMs < LAST_MS && this.#busy)) return;
    // When the audio at hand is sent: not from within the sending.
    queueMicrotask(() => {
      if (!this.#finishing) wire.lost(new TelephonyError("unavailable", "The session with OpenAI is about to end", { retryable: true }));
    });
  }

  get #busy(): boolean {
    return !this.#items.empty || this.#commits.length > 0 || this.#pauses?.speaking === true;
  }
}
