import type { HeaderMap } from "@openclaw/telephony-contract";

/**
 * The least of a WebSocket that the media server needs. Those of the `ws` package are adapted to it, and a network inside
 * the process may bring its own.
 */
export interface MediaSocket {
  /** Sends one message, text or binary. Does nothing once the socket is closing. */
  send(message: string | Uint8Array): void;
  /** Bytes that were sent and have not left this process. */
  readonly bufferedBytes: number;
  /** Begins the closing handshake. The listener hears `close` when the other end has answered. */
  close(code: number, reason: string): void;
  /** Cuts the connection at once. */
  terminate(): void;
  /** Sets the one listener. Nothing is reported before. */
  on(listener: MediaSocketListener): void;
}

/** What a media socket reports. */
export interface MediaSocketListener {
  /** One whole message; text is in UTF-8. The bytes are valid during the call only. */
  message(data: Uint8Array, isText: boolean): void;
  /** The connection is over: the other end's code, or 1006 where it went without one. */
  close(code: number, reason: string): void;
  /** The connection failed: a `TelephonyError` with code `too-large` or `protocol` where the other end broke the rules. */
  error(error: Error): void;
  /** What was buffered has left this process. */
  drain(): void;
}

/** A request to open a media socket. */
export interface UpgradeRequest {
  /** The public `wss:` URL, as the carrier called it. */
  readonly url: string;
  /** Other spellings of the same URL under which the carrier may have signed it. */
  readonly spellings?: () => readonly string[];
  readonly headers: HeaderMap;
  /** Address that the request came from, behind proxies that are believed. */
  readonly remoteAddress: string;
}
