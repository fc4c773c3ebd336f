import type { HeaderMap } from "@openclaw/telephony-contract";

/** A WebSocket to our media server, as far as a fake carrier needs it. Listeners are told in order; a later one replaces the one before. */
export interface MediaWire {
  /** What is sent after the end is lost. */
  send(message: string | Uint8Array): void;
  /** Told of every message from us. What came before the first listener waits for it. */
  onMessage(listener: (message: string | Uint8Array) => void): void;
  /** Told once, how our end closed it: 1006 where the connection broke. Also told when it is over already. */
  onClose(listener: (code: number, reason: string) => void): void;
  /** Closes with a handshake. Default: 1000. */
  close(code?: number, reason?: string): void;
  /** Breaks the connection. */
  terminate(): void;
}

/** A connection that a carrier asks for. */
export interface MediaRequest {
  /** As we gave it: scheme, host, path, query. */
  readonly url: string;
  /** Headers of the upgrade request, beside those that every WebSocket has. */
  readonly headers: HeaderMap;
}

/** Why there is no connection. */
export type MediaFailure =
  /** The URL is no `wss:` URL. */
  | "scheme"
  /** The URL is none. */
  | "malformed"
  /** Our answer was not 101; `status` says what it was. */
  | "refused"
  /** Nobody answered in time. */
  | "timeout"
  /** There was no way to us. */
  | "unreachable";

/** There is no connection. */
export class MediaRefused extends Error {
  override readonly name = "MediaRefused";

  constructor(
    readonly failure: MediaFailure,
    /** HTTP status, where our server answered. */
    readonly status?: number,
  ) {
    super(`no media connection: ${failure}${status === undefined ? "" : ` (HTTP ${status})`}`);
  }
}

/** Opens a connection to our media server, over a real socket or in process. Rejects with {@link MediaRefused}. */
export type ConnectMedia = (request: MediaRequest) => Promise<MediaWire>;
