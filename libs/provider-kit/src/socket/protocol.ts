import type { TelephonyError } from "@openclaw/telephony-contract";

/** Where a connection goes, and with which headers. */
export interface SocketTarget {
  /** A `wss:` URL, or a `ws:` one of this machine. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What keeps a session alive while no audio flows. */
export interface KeepAlive {
  /** Milliseconds without audio after which it beats, again and again. */
  readonly everyMs: number;
  /** Sends a message, or feeds silence where the service's clock is the audio. */
  beat(wire: SocketWire): void;
}

/**
 * One vendor's half of a session: how it is reached, and what its messages say. It lives as long as the session, over all
 * of its connections.
 */
export interface SocketProtocol {
  /** Asked for every connection. */
  connect(): SocketTarget;
  /** The connection is open: sends what sets it up. A service without a greeting is ready here. */
  opened?(wire: SocketWire): void;
  /** A message came. What it throws counts as a message that cannot be read, and is passed over. */
  received(message: string | Uint8Array, wire: SocketWire): void;
  /** The message for so much audio. The bytes are a view that is valid during the call only. */
  encodeAudio(audio: Uint8Array): string | Uint8Array;
  /** Least milliseconds of audio in one message. Default: whatever is written at once. */
  readonly chunkMs?: number;
  readonly keepAlive?: KeepAlive;
  /** Asks for the final text of what was sent so far; `wire.flushed()` says that it came. Without it, a flush is done at once. */
  flush?(wire: SocketWire): void;
  /** Asks for the last results; `wire.finished()`, or the service's close, says that they came. Without it, the end is at once. */
  finish?(wire: SocketWire): void;
  /**
   * A connection was lost and another takes over. Audio is sent again from `fromMs` of the lost one's on; what was heard in
   * it from there on will be heard again, and has to be forgotten.
   */
  restarted?(fromMs: number): void;
  /**
   * What it means that the service closed by itself. An error that is not retryable ends the session. Default: the
   * connection is lost, and another is made.
   */
  closed?(code: number, reason: string): TelephonyError | undefined;
}

/** One connection, as a protocol sees it. Nothing has an effect any more once the connection is over. */
export interface SocketWire {
  send(message: string | Uint8Array): void;
  /** Sends audio that nobody said, which counts in the session's time like any other. */
  feed(silence: Uint8Array): void;
  /** Where in the session's audio this connection's begins, in milliseconds: to be added to what the service says of times. */
  readonly startMs: number;
  /** Milliseconds of audio that were sent on this connection. */
  readonly sentMs: number;
  /** The service takes audio from now on. */
  ready(): void;
  /** What was heard in this connection's audio up to here is final and is not sent again. `Infinity`: all of it. */
  heardThrough(ms: number): void;
  /** What a flush asked for has come. */
  flushed(): void;
  /** What `finish` asked for has come. */
  finished(): void;
  /** The session is over, and no other connection helps. */
  fail(error: TelephonyError): void;
  /** This connection is of no more use. */
  lost(error: TelephonyError): void;
}

/** What is used of a WebSocket of the package `ws`. */
export interface ClientWebSocket {
  readonly bufferedAmount: number;
  /** Has copied the bytes when it returns, as every client does that masks them. */
  send(data: string | Uint8Array): void;
  ping(): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  on(event: "open" | "pong", listener: () => void): unknown;
  on(event: "message", listener: (data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean) => void): unknown;
  on(event: "close", listener: (code: number, reason: Buffer) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(
    event: "unexpected-response",
    listener: (request: unknown, response: { readonly statusCode?: number | undefined; readonly headers: Readonly<Record<string, string | string[] | undefined>> }) => void,
  ): unknown;
}

/** The class `WebSocket` of the package `ws`, which whoever opens sockets imports. */
export type WebSocketClass = new (
  url: string,
  options: { headers: Record<string, string>; perMessageDeflate: boolean; maxPayload: number },
) => ClientWebSocket;
