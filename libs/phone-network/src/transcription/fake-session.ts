import { bytesPerSample, type Clock } from "@openclaw/telephony-contract";
import type { TestTranscriptionSession } from "@openclaw/telephony-contract/testing";
import { Timers } from "@openclaw/telephony-kit";
import type { RawData, WebSocket } from "ws";
import type { Hearing, TranscriptionDialect, TranscriptionPeer } from "./dialect.ts";
import { Ears } from "./ears.ts";
import { ItemScript } from "./item-script.ts";

/** Bytes of audio that are remembered of one connection, for tests to compare: two minutes of G.711. */
const MAX_REMEMBERED_BYTES = 1024 * 1024;

/** Messages that no service sends. */
const NONSENSE: readonly (string | Uint8Array)[] = ["", "{", "null", "42", "[]", '"text"', "{}", '{"type":17}', '{"type":"unheard-of"}', new Uint8Array([0, 255, 128])];

/** What one connection is made of. */
export interface FakeSessionOptions {
  readonly socket: WebSocket;
  readonly clock: Clock;
  readonly open: (peer: TranscriptionPeer) => TranscriptionDialect;
  /** Whether texts in tones are heard; else the service says only what a test has it say. */
  readonly recognises: boolean;
  /** The service never says anything. */
  readonly mute: boolean;
  readonly onOver: () => void;
}

/** One connection at a fake service: the vendor's dialect between a real socket, and ears or a test's script. */
export class FakeSession implements TestTranscriptionSession {
  readonly #options: FakeSessionOptions;
  readonly #timers: Timers;
  readonly #dialect: TranscriptionDialect;
  readonly #items: ItemScript;
  readonly #audio: Uint8Array[] = [];
  #hearing: Hearing | undefined;
  #ears: Ears | undefined;
  #bytesPerMs = 0;
  #heardBytes = 0;
  #heardAt: number;
  #over = false;
  #keepAlives = 0;
  #flushes = 0;
  /** Flushes that wait for their answer, and what a test has ready for the next. */
  #unanswered = 0;
  #answer: string | undefined;
  #last: string | undefined;
  readonly eager?: (text: string) => void;
  readonly resumed?: () => void;
  readonly failItem?: () => void;
  readonly finalsReversed?: (earlier: string, later: string) => void;
  readonly expire?: () => void;

  constructor(options: FakeSessionOptions) {
    const { socket, clock } = options;
    this.#options = options;
    this.#timers = new Timers(clock);
    this.#heardAt = clock.monotonic();
    const dialect = (this.#dialect = options.open(this.#peer()));
    this.#items = new ItemScript(dialect, () => this.#heardMs);
    if (dialect.eager) this.eager = (text) => this.#items.eager(text);
    if (dialect.resumed) this.resumed = () => this.#items.resumed();
    if (dialect.failItem) this.failItem = () => this.#items.failItem();
    if (dialect.finalsReversed) this.finalsReversed = (earlier, later) => dialect.finalsReversed?.(earlier, later);
    if (dialect.expire) this.expire = () => dialect.expire?.();
    socket.on("error", () => socket.terminate());
    socket.on("close", () => this.#end());
    socket.on("message", (data, isBinary) => this.#received(data, isBinary));
    this.#watch();
    dialect.opened?.();
  }

  get open(): boolean {
    return !this.#over;
  }

  get keepAlives(): number {
    return this.#keepAlives;
  }

  get flushes(): number {
    return this.#flushes;
  }

  received(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#audio));
  }

  speechStarts(): void {
    this.#items.begin();
  }

  partial(text: string): void {
    this.#items.partial(text);
  }

  final(text: string): void {
    this.#items.final(text);
  }

  answerFlush(text: string): void {
    this.#answer = text;
    this.#answerFlushes();
  }

  lastResult(text: string): void {
    this.#last = text;
  }

  garbage(): void {
    for (const message of [...NONSENSE, ...(this.#dialect.garbage?.() ?? [])]) this.#send(message);
  }

  drop(): void {
    this.#options.socket.terminate();
  }

  get #heardMs(): number {
    return this.#bytesPerMs === 0 ? 0 : this.#heardBytes / this.#bytesPerMs;
  }

  #peer(): TranscriptionPeer {
    const heardMs = () => this.#heardMs;
    return {
      send: (message) => this.#send(message),
      close: (code, reason) => this.#options.socket.close(code, reason),
      hears: (hearing) => this.#hears(hearing),
      audio: (bytes) => this.#hear(bytes),
      keptAlive: () => void this.#keepAlives++,
      flushAsked: () => this.#flushAsked(),
      finishAsked: () => this.#finishAsked(),
      get heardMs() {
        return heardMs();
      },
      timers: this.#timers,
    };
  }

  #send(message: string | Uint8Array | object): void {
    const { socket, mute } = this.#options;
    if (this.#over || mute) return;
    socket.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  #hears(hearing: Hearing): void {
    const { format } = hearing;
    this.#bytesPerMs = (bytesPerSample(format) * format.sampleRate) / 1000;
    this.#hearing = hearing;
  }

  #received(data: RawData, isBinary: boolean): void {
    this.#heardAt = this.#options.clock.monotonic();
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    this.#dialect.received(isBinary ? new Uint8Array(bytes) : bytes.toString("utf8"));
  }

  #hear(bytes: Uint8Array): void {
    this.#heardBytes += bytes.length;
    if (this.#heardBytes <= MAX_REMEMBERED_BYTES) this.#audio.push(Uint8Array.from(bytes));
    if (this.#options.recognises && this.#hearing) this.#ears ??= new Ears(this.#hearing, this.#items);
    this.#ears?.audio(bytes);
  }

  #flushAsked(): void {
    this.#flushes++;
    this.#unanswered++;
    this.#ears?.flush();
    this.#answerFlushes();
  }

  /** Without ears, an item that is under way waits for its text. */
  #answerFlushes(): void {
    if (this.#unanswered === 0) return;
    if (this.#answer !== undefined) this.#items.final(this.#answer);
    else if (this.#items.open && !this.#options.recognises) return;
    this.#answer = undefined;
    for (; this.#unanswered > 0; this.#unanswered--) this.#dialect.flushed?.();
  }

  #finishAsked(): void {
    this.#ears?.flush();
    if (this.#last !== undefined) this.#items.final(this.#last);
    this.#last = undefined;
    this.#dialect.ended();
  }

  /** Tells the dialect of a client that has fallen silent. */
  #watch(): void {
    const { idleMs } = this.#dialect;
    if (idleMs === undefined) return;
    const look = () => {
      const silentMs = this.#options.clock.monotonic() - this.#heardAt;
      if (silentMs >= idleMs) this.#dialect.idle?.();
      else this.#timers.after(idleMs - silentMs, look);
    };
    this.#timers.after(idleMs, look);
  }

  #end(): void {
    this.#over = true;
    this.#timers.cancelAll();
    this.#options.onOver();
  }
}
