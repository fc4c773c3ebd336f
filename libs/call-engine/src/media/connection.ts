import { isTelephonyError, type Clock, type DecodedFrame, type FrameCodec, type FrameSession, type Logger, type MediaClose } from "@openclaw/telephony-contract";
import { closeCode, type MediaCloseReason } from "./close-reason.ts";
import { MessageRate } from "./message-rate.ts";
import { SocketLink, type LinkWire, type StartedFrame } from "./socket-link.ts";
import type { MediaSocket, MediaSocketListener } from "./socket.ts";

/** Bytes of the largest message from any carrier. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** Messages that are not the carrier's protocol, over the life of a socket. */
const MAX_FAULTS = 20;
/** Milliseconds that the other end has to answer a closing handshake. */
const CLOSE_MS = 3000;
/** Characters of a reason that surely fit a closing frame, which takes 123 bytes. */
const MAX_REASON_CHARS = 40;
/** The code of a connection that went without one. */
const NO_CODE = 1006;

/** Ends after which a closing handshake would only prolong what is ended. */
const ABRUPT: readonly string[] = ["flood", "backpressure", "network"] satisfies MediaCloseReason[];

/** Whom a connection asks and tells. */
export interface ConnectionOwner {
  /** Whether the stream may begin, which is asked once where it may. Gives the reason where it may not. */
  admit(start: StartedFrame): MediaCloseReason | undefined;
  /** The stream has begun. */
  started(link: SocketLink): void;
  /** The connection is over, whoever ended it. Called once. */
  over(close: MediaClose, link: SocketLink | undefined): void;
  /** The socket is gone, at the latest some seconds after the end. Called once. */
  gone(): void;
}

/** What all connections stand on. */
export interface ConnectionMeans {
  readonly clock: Clock;
  readonly log: Logger;
}

/** One media socket, from its upgrade to its end: counts and bounds what comes in, and becomes a link at the start message. */
export class Connection implements MediaSocketListener, LinkWire {
  readonly session: FrameSession;
  readonly #owner: ConnectionOwner;
  readonly #means: ConnectionMeans;
  readonly #rate: MessageRate;
  readonly #maxBytes: number;
  readonly #takesUtf8: boolean;
  #link: SocketLink | undefined;
  #over = false;
  #faults = 0;
  #isGone = false;
  #cancelCut: (() => void) | undefined;

  constructor(
    readonly socket: MediaSocket,
    frames: FrameCodec,
    owner: ConnectionOwner,
    means: ConnectionMeans,
  ) {
    this.session = frames.open();
    this.#owner = owner;
    this.#means = means;
    this.#takesUtf8 = this.session.takesUtf8 ?? false;
    this.#rate = new MessageRate(means.clock);
    this.#maxBytes = Math.min(MAX_MESSAGE_BYTES, frames.limits.maxMessageBytes);
  }

  /** Begins to listen to the socket, which may have something to say at once. */
  begin(): void {
    this.socket.on(this);
  }

  message(data: Uint8Array, isText: boolean): void {
    if (this.#over) return;
    if (data.length > this.#maxBytes) return this.end("us", "too-large");
    if (this.#rate.exceeded()) return this.end("us", "flood");
    const frames = this.#decode(isText && !this.#takesUtf8 ? textOf(data) : data);
    for (let i = 0; i < frames.length; i++) {
      this.#take(frames[i] as DecodedFrame);
      if (this.#over) return;
    }
  }

  close(code: number): void {
    const broken = code === NO_CODE;
    this.#goneNow();
    this.end(broken ? "network" : "carrier", broken ? "network" : "carrier-closed");
  }

  error(error: Error): void {
    const broke = isTelephonyError(error, "too-large") || isTelephonyError(error, "protocol");
    if (broke) this.end("us", error.code);
    else this.end("network", "network");
  }

  drain(): void {
    this.#link?.drained();
  }

  end(by: MediaClose["by"], reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#link?.finish({ by, reason });
    this.#owner.over({ by, reason }, this.#link);
    this.#hangUp(reason);
  }

  fail(error: unknown): void {
    if (this.#over) return;
    this.#means.log.error("the audio of a call failed on our side", { error: error instanceof Error ? error.message.slice(0, 200) : "unknown" });
    this.end("us", "internal");
  }

  #take(frame: DecodedFrame): void {
    switch (frame.type) {
      case "started":
        return this.#link ? this.#fault() : this.#start(frame);
      case "stopped":
        return this.end("carrier", "stopped-by-carrier" satisfies MediaCloseReason);
      case "error":
        this.#link?.receive(frame);
        return this.#fault();
      default:
        return this.#link ? this.#link.receive(frame) : this.#fault();
    }
  }

  #start(frame: StartedFrame): void {
    try {
      const reason = this.#owner.admit(frame);
      if (reason !== undefined) return this.end("us", reason);
      this.#link = new SocketLink(this, frame, this.#means.clock);
      this.#owner.started(this.#link);
    } catch (error) {
      this.fail(error);
    }
  }

  /** What a codec makes of a message. One that throws has met what it does not know. */
  #decode(data: string | Uint8Array): readonly DecodedFrame[] {
    try {
      return this.session.decode(data);
    } catch {
      this.#fault();
      return [];
    }
  }

  #fault(): void {
    if (++this.#faults > MAX_FAULTS) this.end("us", "protocol");
  }

  #hangUp(reason: string): void {
    if (this.#isGone) return;
    if (ABRUPT.includes(reason)) return this.#cut();
    this.#cancelCut = this.#means.clock.schedule(CLOSE_MS, () => this.#cut());
    this.socket.close(closeCode(reason), reason.slice(0, MAX_REASON_CHARS));
  }

  #cut(): void {
    this.socket.terminate();
    this.#goneNow();
  }

  #goneNow(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#cancelCut?.();
    this.#owner.gone();
  }
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();
}
