import { TelephonyError } from "@openclaw/telephony-contract";
import { Backlog } from "./backlog.ts";
import { Connection } from "./connection.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { ResilientSocketOptions, SocketState } from "./options.ts";
import type { SocketWire } from "./protocol.ts";
import { Pulse } from "./pulse.ts";
import { DEFAULT_LIMITS, MAX_BUFFERED_BYTES, MAX_RETRY_AFTER_MS, PULSE_MS, STABLE_MS, backoffMs, refusal, type SocketLimits } from "./recovery.ts";
import { Requests } from "./requests.ts";

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
  readonly #audio: Backlog;
  readonly #flushes: Requests;
  readonly #finish: Requests;
  #state: SocketState = "connecting";
  #connection: Connection | undefined;
  #wire: SocketWire | undefined;
  #opened = 0;
  #everReady = false;
  #readyAt = 0;
  #attempts = 0;
  #loss: TelephonyError | undefined;
  #droppedMs = 0;
  #unreadable = 0;
  #finishing: Promise<void> | undefined;
  #cancelConnect = nothing;
  #cancelRetry = nothing;
  /** Tells the service that we are there, and us that the service is. */
  #heartbeat: Heartbeat | undefined;
  #pulse: Pulse | undefined;
  readonly #onAbort = () => this.close();

  /** Begins to connect. */
  constructor(options: ResilientSocketOptions) {
    const { clock, format, signal } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#audio = new Backlog(format);
    this.#flushes = new Requests(clock, this.#limits.flushMs);
    this.#finish = new Requests(clock, this.#limits.closeMs);
    if (signal.aborted) {
      this.#state = "closed";
      return;
    }
    signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#armDeadline();
    this.#connect();
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Milliseconds of audio that were dropped, since they waited too long for a connection. */
  get droppedMs(): number {
    return this.#droppedMs;
  }

  /** Takes audio, and copies it. Without an effect after `finish` and `close`. */
  write(audio: Uint8Array): void {
    if (!this.#finishing) this.#take(audio);
  }

  /** Sends a message on the connection that is ready; without one, it is not sent. */
  send(message: string | Uint8Array): void {
    if (this.#state === "ready") this.#connection?.send(message);
  }

  /** Asks for the final text of what was written so far. Resolves when it came, or after `flushMs`. Never rejects. */
  async flush(): Promise<void> {
    if (this.#state === "closed" || this.#finishing || !this.#options.protocol.flush) return;
    const done = this.#flushes.add();
    this.#askForFlush();
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
    this.#dropConnection();
    this.#cancelConnect();
    this.#cancelRetry();
    this.#flushes.settleAll();
    this.#finish.settleAll();
  }

  async #finishUp(): Promise<void> {
    if (this.#state === "ready" || (this.#state !== "closed" && !this.#audio.empty)) {
      const done = this.#finish.add();
      this.#askToFinish();
      await done;
    }
    this.close();
  }

  #askForFlush(): void {
    const { protocol } = this.#options;
    if (this.#state !== "ready" || !this.#wire || !this.#flushes.takeNext()) return;
    this.#drain(0);
    if (this.#wire) protocol.flush?.(this.#wire);
  }

  #askToFinish(): void {
    const { protocol } = this.#options;
    if (this.#state !== "ready" || !this.#wire || !this.#finish.takeNext()) return;
    this.#heartbeat?.stop();
    this.#drain(0);
    if (this.#wire && protocol.finish) protocol.finish(this.#wire);
    else this.#connection?.close();
  }

  #connect(): void {
    const { WebSocket, protocol, service, clock } = this.#options;
    this.#state = "connecting";
    try {
      const connection = new Connection(WebSocket, protocol.connect(), {
        open: () => this.#onOpen(),
        message: (message) => this.#onMessage(message),
        pong: () => this.#pulse?.felt(),
        refused: (status, retryAfter) => this.#lost(refusal(service, status, retryAfter, clock.now())),
        closed: (code, reason, cause) => this.#lost(protocol.closed?.(code, reason) ?? this.#unavailable(`closed the connection (code ${code})`, cause)),
      });
      this.#connection = connection;
      this.#wire = this.#wireOf(connection);
    } catch (cause) {
      const error = new TelephonyError("config-invalid", `${service} cannot be reached: its address or key is not usable`, { cause });
      // Not now: whoever makes the session does not have it yet.
      this.#cancelRetry = clock.schedule(0, () => this.#fail(error));
    }
  }

  #wireOf(connection: Connection): SocketWire {
    const audio = this.#audio;
    const ifCurrent = (action: () => void) => {
      if (this.#connection === connection) action();
    };
    return {
      send: (message) => connection.send(message),
      feed: (silence) => ifCurrent(() => this.#take(silence)),
      get startMs() {
        return audio.startMs;
      },
      get sentMs() {
        return audio.sentMs;
      },
      ready: () => ifCurrent(() => this.#ready()),
      heardThrough: (ms) => ifCurrent(() => audio.heardThrough(ms)),
      flushed: () => ifCurrent(() => this.#flushed()),
      finished: () => ifCurrent(() => this.#finish.asked && connection.close()),
      fail: (error) => ifCurrent(() => this.#fail(error)),
      lost: (error) => ifCurrent(() => this.#lost(error)),
    };
  }

  #onOpen(): void {
    const { protocol } = this.#options;
    if (this.#opened++ > 0) protocol.restarted?.(this.#audio.keptFromMs);
    this.#audio.restart();
    if (this.#wire) protocol.opened?.(this.#wire);
  }

  #onMessage(message: string | Uint8Array): void {
    const { protocol, service, log } = this.#options;
    if (!this.#wire) return;
    this.#pulse?.felt();
    try {
      protocol.received(message, this.#wire);
    } catch (error) {
      // Once is enough to look into it; a line for each would flood the log.
      if (this.#unreadable++ > 0) return;
      log.warn(`${service} sent a message that cannot be read`, { kind: error instanceof Error ? error.name : typeof error, length: message.length });
    }
  }

  #ready(): void {
    if (this.#state !== "connecting") return;
    const { protocol, clock, log, service } = this.#options;
    this.#state = "ready";
    this.#readyAt = clock.monotonic();
    this.#cancelConnect();
    const { keepAlive } = protocol;
    if (keepAlive) this.#heartbeat = new Heartbeat(clock, keepAlive.everyMs, () => this.#wire && keepAlive.beat(this.#wire));
    this.#pulse = new Pulse(clock, PULSE_MS, () => this.#connection?.ping(), () => this.#lost(this.#unavailable("does not answer any more")));
    this.#drain(protocol.chunkMs ?? 0);
    if (this.#everReady) {
      log.info(`${service} is connected again`, { attempts: this.#attempts });
      this.#options.onReconnected?.();
    } else {
      this.#everReady = true;
      this.#options.onReady();
    }
    this.#askForFlush();
    this.#askToFinish();
  }

  #flushed(): void {
    this.#flushes.settle();
    this.#askForFlush();
  }

  #take(audio: Uint8Array): void {
    const { protocol, service, log } = this.#options;
    if (this.#state === "closed" || audio.length === 0) return;
    this.#audio.append(audio);
    if (this.#state === "ready") return this.#drain(protocol.chunkMs ?? 0);
    const droppedMs = this.#audio.keep(this.#limits.queueMs);
    if (droppedMs > 0 && this.#droppedMs === 0) log.warn(`${service} is not ready: the oldest audio is dropped`, { keptMs: this.#limits.queueMs });
    this.#droppedMs += droppedMs;
  }

  /** Sends what was not sent yet, in messages of at least so many milliseconds. */
  #drain(leastMs: number): void {
    const { protocol } = this.#options;
    const connection = this.#connection;
    if (!connection) return;
    if (connection.bufferedBytes > MAX_BUFFERED_BYTES) return this.#lost(this.#unavailable("takes no audio any more"));
    for (let audio = this.#audio.next(leastMs); audio; audio = this.#audio.next(leastMs)) {
      connection.send(protocol.encodeAudio(audio));
      this.#heartbeat?.note();
    }
    this.#audio.keep(this.#limits.replayMs);
  }

  /** This connection is of no more use. */
  #lost(error: TelephonyError): void {
    const { clock, log, service, random = Math.random } = this.#options;
    if (this.#finish.asked) return this.#finish.settleAll();
    if (this.#state === "ready" && clock.monotonic() - this.#readyAt >= STABLE_MS) this.#attempts = 0;
    this.#dropConnection();
    this.#loss = error;
    const pauseMs = error.retryAfterMs ?? 0;
    const enough = this.#everReady && this.#attempts >= this.#limits.maxReconnects;
    if (!error.retryable || enough || pauseMs > MAX_RETRY_AFTER_MS) return this.#fail(error);
    const delayMs = Math.max(pauseMs, backoffMs(this.#limits.firstDelayMs, this.#attempts, random()));
    this.#attempts += 1;
    log.warn(`${service} is lost, another connection is made`, { code: error.code, attempt: this.#attempts, delayMs: Math.round(delayMs) });
    this.#state = "waiting";
    this.#audio.rewind();
    this.#flushes.askAgain();
    this.#cancelRetry = clock.schedule(delayMs, () => {
      if (this.#everReady) this.#armDeadline();
      this.#connect();
    });
  }

  /** For the first connection it counts over all attempts, afterwards for each. */
  #armDeadline(): void {
    const { clock, service } = this.#options;
    const { connectMs } = this.#limits;
    this.#cancelConnect = clock.schedule(connectMs, () => {
      const late = new TelephonyError("timeout", `${service} was not ready within ${connectMs} ms`, { retryable: true });
      if (this.#everReady) this.#lost(late);
      else this.#fail(this.#loss ?? late);
    });
  }

  #dropConnection(): void {
    const connection = this.#connection;
    this.#connection = this.#wire = undefined;
    this.#heartbeat?.stop();
    this.#pulse?.stop();
    if (this.#everReady) this.#cancelConnect();
    connection?.drop();
  }

  #fail(error: TelephonyError): void {
    const silent = this.#state === "closed" || this.#finishing !== undefined;
    this.close();
    if (!silent) this.#options.onFailed(error);
  }

  #unavailable(what: string, cause?: Error): TelephonyError {
    return new TelephonyError("unavailable", `${this.#options.service} ${what}`, { retryable: true, cause });
  }
}

function nothing(): void {}
