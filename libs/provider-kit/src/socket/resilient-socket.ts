import { TelephonyError, bytesPerSample, type AudioFormat, type Clock, type Logger } from "@openclaw/telephony-contract";
import { httpFault } from "../http-fault.ts";
import { AudioRing } from "./audio-ring.ts";
import { Connection } from "./connection.ts";
import type { SocketProtocol, SocketWire, WebSocketClass } from "./protocol.ts";
import { Requests } from "./requests.ts";

/** How long and how much a session bears. Milliseconds, also of audio. */
export interface SocketLimits {
  /** Until a connection is ready; for the first, over all attempts. Default 10 000. */
  readonly connectMs: number;
  /** From `finish` until the session is over. Default 3000. */
  readonly closeMs: number;
  /** From a flush until it is done without an answer. Default 2000. */
  readonly flushMs: number;
  /** Audio that waits for a connection; the oldest is dropped beyond. Default 30 000. */
  readonly queueMs: number;
  /** Audio that is kept to be sent again on another connection. Default 10 000. */
  readonly replayMs: number;
  /** Attempts in a row to replace a lost connection. Default 5. */
  readonly maxReconnects: number;
  /** Pause before the second attempt; doubles, up to 4 seconds, and a random half of it is left out. Default 250. */
  readonly firstDelayMs: number;
}

/** What a session is made of. */
export interface ResilientSocketOptions {
  /** Names the service in errors and log lines, for example `"Deepgram"`. */
  readonly service: string;
  readonly protocol: SocketProtocol;
  readonly WebSocket: WebSocketClass;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the session at once. */
  readonly signal: AbortSignal;
  /** Of the audio that is written. */
  readonly format: AudioFormat;
  readonly limits?: Partial<SocketLimits>;
  /** From 0 to 1. Default `Math.random`. */
  readonly random?: () => number;
  /** The first connection takes audio. Once. */
  onReady(): void;
  /** A further connection takes audio. */
  onReconnected?(): void;
  /** The session is over and does not come back. Once, and not after `finish` or `close`. */
  onFailed(error: TelephonyError): void;
}

/** How a session stands. */
export type SocketState = "connecting" | "ready" | "waiting" | "closed";

const DEFAULTS: SocketLimits = { connectMs: 10_000, closeMs: 3_000, flushMs: 2_000, queueMs: 30_000, replayMs: 10_000, maxReconnects: 5, firstDelayMs: 250 };
const MAX_DELAY_MS = 4_000;
/** A connection that lasted so long is no proof of a faulty service: the attempts are counted anew. */
const STABLE_MS = 30_000;
/** A service that asks for a longer pause has nothing to say in this call any more. */
const MAX_RETRY_AFTER_MS = 10_000;
/** Audio in one message, which every service takes. */
const MAX_MESSAGE_MS = 500;
/** Bytes that the network may owe: more than a minute of G.711 in Base64. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

/**
 * A session with a service over one or several WebSockets. Audio that is written before the service is ready waits; when a
 * connection is lost, another is made, and what was not yet final is sent again, so that no word is lost.
 *
 * Refused credentials and other refusals that no second attempt mends end the session. So does a service that is not
 * ready in time, or that is lost again and again.
 */
export class ResilientSocket {
  readonly #options: ResilientSocketOptions;
  readonly #limits: SocketLimits;
  readonly #bytesPerMs: number;
  readonly #sampleBytes: number;
  readonly #audio = new AudioRing();
  readonly #flushes: Requests;
  readonly #finish: Requests;
  #state: SocketState = "connecting";
  #connection: Connection | undefined;
  #wire: SocketWire | undefined;
  /** Positions in the audio: where this connection's begins, and up to where it was sent. */
  #base = 0;
  #sent = 0;
  #droppedBytes = 0;
  #everReady = false;
  #readyAt = 0;
  #lastSentAt = 0;
  #attempts = 0;
  #finishing: Promise<void> | undefined;
  #connections = 0;
  #unreadable = 0;
  #cancelConnect = nothing;
  #cancelRetry = nothing;
  #cancelKeepAlive = nothing;
  readonly #onAbort = () => this.close();

  /** Begins to connect. */
  constructor(options: ResilientSocketOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULTS, ...options.limits };
    this.#sampleBytes = bytesPerSample(options.format);
    this.#bytesPerMs = (this.#sampleBytes * options.format.sampleRate) / 1000;
    this.#flushes = new Requests(options.clock, this.#limits.flushMs);
    this.#finish = new Requests(options.clock, this.#limits.closeMs);
    if (options.signal.aborted) {
      this.#state = "closed";
    } else {
      options.signal.addEventListener("abort", this.#onAbort, { once: true });
      this.#armConnect();
      this.#connect();
    }
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Milliseconds of audio that were dropped, since they waited too long for a connection. */
  get droppedMs(): number {
    return this.#droppedBytes / this.#bytesPerMs;
  }

  /** Takes audio, and copies it. Without an effect after `finish` and `close`. */
  write(audio: Uint8Array): void {
    if (!this.#finishing) this.#take(audio);
  }

  #take(audio: Uint8Array): void {
    if (this.#state === "closed" || audio.length === 0) return;
    this.#audio.append(audio);
    this.#keep(this.#state === "ready" ? Infinity : this.#limits.queueMs);
    this.#drain(this.#chunkBytes);
  }

  /** Sends a message on the connection that is ready; without one, it is not sent. */
  send(message: string | Uint8Array): void {
    if (this.#state === "ready") this.#connection?.send(message);
  }

  /** Asks for the final text of what was written so far. Resolves when it came, or after `flushMs`. Never rejects. */
  async flush(): Promise<void> {
    const { protocol } = this.#options;
    if (this.#state === "closed" || this.#finishing || !protocol.flush) return;
    const done = this.#flushes.add();
    if (this.#state === "ready") this.#ask(this.#flushes, (wire) => protocol.flush?.(wire));
    await done;
  }

  /** Ends the session after its last results, or after `closeMs`. Never rejects. Idempotent. */
  finish(): Promise<void> {
    this.#finishing ??= this.#finishUp();
    return this.#finishing;
  }

  /** Ends the session at once. Idempotent. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#abandon();
    this.#cancelConnect();
    this.#cancelRetry();
    this.#flushes.settleAll();
    this.#finish.settleAll();
  }

  async #finishUp(): Promise<void> {
    if (this.#state !== "closed" && (this.#state === "ready" || this.#audio.end > this.#audio.start)) {
      const done = this.#finish.add();
      if (this.#state === "ready") this.#askToFinish();
      await done;
    }
    this.close();
  }

  /** The protocol's way, and then the socket's. */
  #askToFinish(): void {
    const { finish } = this.#options.protocol;
    this.#ask(this.#finish, (wire) => (finish ? finish.call(this.#options.protocol, wire) : wire.finished()));
  }

  #ask(requests: Requests, question: (wire: SocketWire) => void): void {
    const wire = this.#wire;
    this.#drain(this.#sampleBytes);
    if (wire && this.#state === "ready" && requests.takeNext()) question(wire);
  }

  #connect(): void {
    const { WebSocket, protocol, service, clock } = this.#options;
    this.#state = "connecting";
    let connection: Connection | undefined;
    try {
      const lost = (error: TelephonyError) => this.#lost(error);
      connection = new Connection(WebSocket, protocol.connect(), {
        open: () => this.#opened(),
        message: (message) => this.#received(message),
        refused: (status, retryAfter) => lost(refusal(service, status, retryAfter, clock.now())),
        closed: (code, reason, cause) => lost(this.#closedBy(code, reason, cause)),
      });
    } catch (cause) {
      return this.#fail(new TelephonyError("config-invalid", `${service} cannot be reached: the address is not usable`, { cause }));
    }
    this.#connection = connection;
    this.#connections += 1;
    this.#wire = this.#wireOf(connection);
  }

  #wireOf(connection: Connection): SocketWire {
    const current = () => this.#connection === connection;
    const startMs = () => this.#base / this.#bytesPerMs;
    const sentMs = () => (this.#sent - this.#base) / this.#bytesPerMs;
    return {
      send: (message) => current() && connection.send(message),
      feed: (silence) => current() && this.#take(silence),
      get startMs() {
        return startMs();
      },
      get sentMs() {
        return sentMs();
      },
      ready: () => current() && this.#ready(),
      heardThrough: (ms) => current() && this.#audio.dropTo(Math.min(this.#sent, this.#base + this.#whole(ms * this.#bytesPerMs))),
      flushed: () => current() && this.#flushed(),
      finished: () => current() && this.#finished(),
      fail: (error) => current() && this.#fail(error),
      lost: (error) => current() && this.#lost(error),
    };
  }

  #opened(): void {
    const { protocol } = this.#options;
    if (this.#connections > 1) protocol.restarted?.((this.#audio.start - this.#base) / this.#bytesPerMs);
    this.#base = this.#sent = this.#audio.start;
    if (!this.#wire) return;
    if (protocol.opened) protocol.opened(this.#wire);
  }

  #received(message: string | Uint8Array): void {
    if (!this.#wire) return;
    try {
      this.#options.protocol.received(message, this.#wire);
    } catch (error) {
      this.#unreadable += 1;
      const kind = error instanceof Error ? error.name : typeof error;
      if (this.#unreadable === 1) this.#options.log.warn(`${this.#options.service} sent a message that cannot be read`, { kind, length: message.length });
    }
  }

  #ready(): void {
    if (this.#state !== "connecting") return;
    const { onReady, onReconnected, clock, log, service } = this.#options;
    this.#state = "ready";
    this.#readyAt = this.#lastSentAt = clock.monotonic();
    this.#cancelConnect();
    this.#drain(this.#chunkBytes);
    this.#keepAlive();
    if (this.#everReady) {
      log.info(`${service} is connected again`, { attempts: this.#attempts });
      onReconnected?.();
    } else {
      this.#everReady = true;
      onReady();
    }
    if (this.#flushes.waiting) this.#ask(this.#flushes, (wire) => this.#options.protocol.flush?.(wire));
    if (this.#finish.waiting) this.#askToFinish();
  }

  #flushed(): void {
    this.#flushes.settle();
    if (this.#flushes.waiting) this.#ask(this.#flushes, (wire) => this.#options.protocol.flush?.(wire));
  }

  #finished(): void {
    if (this.#finishing) this.#connection?.close();
  }

  /** Sends what was not sent yet, in messages of at least so many bytes. */
  #drain(leastBytes: number): void {
    const connection = this.#connection;
    const { protocol, clock } = this.#options;
    if (this.#state !== "ready" || !connection) return;
    const end = this.#whole(this.#audio.end);
    const most = this.#whole(MAX_MESSAGE_MS * this.#bytesPerMs);
    if (end - this.#sent < leastBytes) return;
    while (end - this.#sent >= leastBytes && this.#sent < end) {
      const audio = this.#audio.read(this.#sent, Math.min(most, end - this.#sent));
      connection.send(protocol.encodeAudio(audio));
      this.#sent += audio.length;
    }
    this.#lastSentAt = clock.monotonic();
    this.#keep(this.#limits.replayMs);
    if (connection.bufferedBytes > MAX_BUFFERED_BYTES) this.#lost(this.#unavailable("takes no audio any more"));
  }

  /** Forgets the oldest audio beyond so many milliseconds. */
  #keep(ms: number): void {
    const least = this.#audio.end - ms * this.#bytesPerMs;
    if (this.#audio.start < least) this.#audio.dropTo(this.#whole(least));
    const dropped = this.#audio.start - this.#sent;
    if (this.#state === "ready" || dropped <= 0) return;
    if (this.#droppedBytes === 0) this.#options.log.warn(`${this.#options.service} is not ready: the oldest audio is dropped`, { keptMs: ms });
    this.#droppedBytes += dropped;
    this.#sent = this.#audio.start;
  }

  /** One timer for a whole pause, whatever flows: frames only note their time. */
  #keepAlive(): void {
    const { keepAlive } = this.#options.protocol;
    if (!keepAlive || this.#finishing) return;
    const { clock } = this.#options;
    const again = (ms: number) => (this.#cancelKeepAlive = clock.schedule(ms, tick));
    const tick = () => {
      const idleMs = clock.monotonic() - this.#lastSentAt;
      if (idleMs < keepAlive.everyMs) return void again(keepAlive.everyMs - idleMs);
      this.#lastSentAt = clock.monotonic();
      again(keepAlive.everyMs);
      if (this.#wire) keepAlive.beat(this.#wire);
    };
    again(keepAlive.everyMs);
  }

  #closedBy(code: number, reason: string, cause: Error | undefined): TelephonyError {
    return this.#options.protocol.closed?.(code, reason) ?? this.#unavailable(`closed the connection (code ${code})`, cause);
  }

  #lost(error: TelephonyError): void {
    if (this.#state === "closed") return;
    const { clock, log, service, random = Math.random } = this.#options;
    if (this.#state === "ready" && clock.monotonic() - this.#readyAt >= STABLE_MS) this.#attempts = 0;
    if (this.#finish.asked) return this.#finish.settleAll();
    this.#abandon();
    const pauseMs = error.retryAfterMs ?? 0;
    if (!error.retryable || pauseMs > MAX_RETRY_AFTER_MS) return this.#fail(error);
    if (this.#everReady && this.#attempts >= this.#limits.maxReconnects) return this.#fail(error);
    const backoffMs = Math.min(MAX_DELAY_MS, this.#limits.firstDelayMs * 2 ** this.#attempts);
    const delayMs = Math.max(pauseMs, backoffMs * (0.5 + random() / 2));
    this.#attempts += 1;
    log.warn(`${service} is lost, another connection is made`, { code: error.code, attempt: this.#attempts, delayMs: Math.round(delayMs) });
    this.#state = "waiting";
    this.#sent = this.#audio.start;
    this.#flushes.askAgain();
    this.#cancelRetry = clock.schedule(delayMs, () => {
      if (this.#everReady) this.#armConnect();
      this.#connect();
    });
  }

  #armConnect(): void {
    const { clock, service } = this.#options;
    const { connectMs } = this.#limits;
    this.#cancelConnect();
    this.#cancelConnect = clock.schedule(connectMs, () => {
      const late = new TelephonyError("timeout", `${service} was not ready within ${connectMs} ms`, { retryable: true });
      if (this.#everReady) this.#lost(late);
      else this.#fail(late);
    });
  }

  /** Lets go of the connection that there is. */
  #abandon(): void {
    const connection = this.#connection;
    this.#connection = this.#wire = undefined;
    this.#cancelKeepAlive();
    if (this.#everReady) this.#cancelConnect();
    connection?.drop();
  }

  #fail(error: TelephonyError): void {
    if (this.#state === "closed") return;
    const closing = this.#finishing !== undefined;
    this.close();
    if (!closing) this.#options.onFailed(error);
  }

  #unavailable(what: string, cause?: Error): TelephonyError {
    return new TelephonyError("unavailable", `${this.#options.service} ${what}`, { retryable: true, cause });
  }

  get #chunkBytes(): number {
    return this.#whole((this.#options.protocol.chunkMs ?? 0) * this.#bytesPerMs);
  }

  /** Down to whole samples. */
  #whole(bytes: number): number {
    if (bytes === Infinity) return bytes;
    const whole = Math.floor(bytes);
    return whole - (whole % this.#sampleBytes);
  }
}

function nothing(): void {}

function refusal(service: string, status: number, retryAfter: string | undefined, now: number): TelephonyError {
  const what = `Connecting to ${service}`;
  const meaning = status === 404 ? { code: "config-invalid", says: "there is no such address or model" } : undefined;
  if (status === 0 || (status >= 200 && status < 400)) return new TelephonyError("config-invalid", `${what}: the address answers, and not with a WebSocket (HTTP ${status})`);
  return httpFault(status, { what, meaning, retryAfter, now });
}
