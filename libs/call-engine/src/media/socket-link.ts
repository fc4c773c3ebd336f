import {
  durationMs,
  type AudioFormat,
  type Clock,
  type DecodedFrame,
  type FrameSession,
  type FrameToEncode,
  type MediaClose,
  type MediaLink,
  type MediaLinkEvent,
} from "@openclaw/telephony-contract";
import { EarlyEvents } from "./early-events.ts";
import { FrameOrder, type AudioFrame, type OrderedFrames } from "./frame-order.ts";
import type { MediaSocket } from "./socket.ts";

/** Bytes on their way out from which on the sender is asked to wait: eight seconds of µ-law. */
const SOFT_LIMIT_BYTES = 64 * 1024;
/** Bytes on their way out at which the other end counts as dead. */
const HARD_LIMIT_BYTES = 1024 * 1024;

/** One for all frames that are sent, on whatever link, since a codec is done with it when it returns. */
const OUTGOING: { readonly type: "audio"; payload: Uint8Array } = { type: "audio", payload: new Uint8Array() };

/** The connection below a link. */
export interface LinkWire {
  readonly socket: Pick<MediaSocket, "send" | "bufferedBytes">;
  readonly session: FrameSession;
  /** Ends the connection, and the link with it. Idempotent. */
  end(by: MediaClose["by"], reason: string): void;
  /** Ends it because of a defect: a listener or a codec threw. */
  fail(error: unknown): void;
}

/** The start message of a stream. */
export type StartedFrame = Extract<DecodedFrame, { type: "started" }>;

/** Frames that a running stream brings. */
export type StreamFrame = Exclude<DecodedFrame, { type: "started" | "stopped" }>;

/** The audio of one call over a media socket. */
export class SocketLink implements MediaLink, OrderedFrames {
  readonly formatIn: AudioFormat;
  readonly formatOut: AudioFormat;
  readonly closed: Promise<MediaClose>;
  readonly #order: FrameOrder;
  /** Where something came before anybody listened. */
  #early: EarlyEvents | undefined;
  #listener: ((event: MediaLinkEvent) => void) | undefined;
  #over = false;
  #resolveClosed: ((close: MediaClose) => void) | undefined;
  #writable: PromiseWithResolvers<void> | undefined;
  /** Where the next frame begins if the carrier does not say. */
  #timeMs = 0;

  constructor(
    private readonly wire: LinkWire,
    { formatIn, formatOut }: Pick<StartedFrame, "formatIn" | "formatOut">,
    clock: Clock,
  ) {
    this.formatIn = formatIn;
    this.formatOut = formatOut;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.#order = new FrameOrder(clock, this);
  }

  /** Frames of audio that never came, and those that were dropped because they came again or too late. */
  get disorder(): { readonly lost: number; readonly late: number } {
    return { lost: this.#order.lost, late: this.#order.late };
  }

  send(audio: Uint8Array): boolean {
    OUTGOING.payload = audio;
    this.#put(OUTGOING);
    return !this.#over && this.wire.socket.bufferedBytes <= SOFT_LIMIT_BYTES;
  }

  /** Resolves also when the link is over, so that nobody waits for ever. */
  async writable(): Promise<void> {
    if (this.#over || this.wire.socket.bufferedBytes <= SOFT_LIMIT_BYTES) return;
    this.#writable ??= Promise.withResolvers<void>();
    await this.#writable.promise;
  }

  mark(name: string): void {
    this.#put({ type: "mark", name });
  }

  clear(): void {
    this.#put({ type: "clear" });
  }

  /** Only where the carrier's capabilities say that keys are pressed in the stream. */
  sendDigits(digits: string): void {
    this.#put({ type: "dtmf", digits });
  }

  listen(listener: (event: MediaLinkEvent) => void): void {
    this.#listener = listener;
    for (let event = this.#early?.shift(); event; event = this.#early?.shift()) this.#emit(event);
    this.#early = undefined;
  }

  close(reason: string): void {
    this.wire.end("us", reason);
  }

  /** Takes in what the codec made of a message. */
  receive(frame: StreamFrame): void {
    if (frame.type !== "audio") this.#emit(frame);
    else if (frame.track === "inbound") this.#order.take(frame);
  }

  /** What was sent has left this process. */
  drained(): void {
    if (this.wire.socket.bufferedBytes <= SOFT_LIMIT_BYTES) this.#letWrite();
  }

  /** The connection is over. What came before its end and waits for an earlier frame is heard first. */
  finish(close: MediaClose): void {
    if (this.#over) return;
    if (close.by !== "us") this.#order.flush();
    this.#over = true;
    this.#order.close();
    this.#letWrite();
    this.#resolveClosed?.(close);
  }

  /** Takes in a frame of audio whose turn has come. */
  deliver(frame: AudioFrame): void {
    const timeMs = frame.timeMs ?? this.#timeMs;
    this.#timeMs = timeMs + durationMs(this.formatIn, frame.payload.byteLength);
    // A frame that tells its time is the event already.
    this.#emit(frame.timeMs === undefined ? { type: "audio", payload: frame.payload, timeMs } : (frame as AudioFrame & { timeMs: number }));
  }

  #emit(event: MediaLinkEvent): void {
    if (this.#over) return;
    if (!this.#listener) return (this.#early ??= new EarlyEvents(this.formatIn)).keep(event);
    try {
      this.#listener(event);
    } catch (error) {
      this.wire.fail(error);
    }
  }

  #put(frame: FrameToEncode): void {
    if (this.#over) return;
    const { socket, session } = this.wire;
    try {
      const messages = session.encode(frame);
      for (let i = 0; i < messages.length; i++) socket.send(messages[i] ?? "");
    } catch (error) {
      return this.wire.fail(error);
    }
    if (socket.bufferedBytes > HARD_LIMIT_BYTES) this.wire.end("us", "backpressure");
  }

  #letWrite(): void {
    this.#writable?.resolve();
    this.#writable = undefined;
  }
}
