import type { AudioFormat, Clock, Logger, TelephonyError } from "@openclaw/telephony-contract";
import type { SocketProtocol, WebSocketClass } from "./protocol.ts";
import type { SocketLimits } from "./recovery.ts";

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

/** How a session stands: it connects, takes audio, waits until it tries again, or is over. */
export type SocketState = "connecting" | "ready" | "waiting" | "closed";
