import type { ClientWebSocket, SocketTarget, WebSocketClass } from "./protocol.ts";

/** What becomes of one connection. Nothing is reported after `refused`, `closed` or `drop`. */
export interface ConnectionListener {
  open(): void;
  message(message: string | Uint8Array): void;
  /** The answer to a ping. */
  pong(): void;
  /** The service answered with an HTTP status instead of a WebSocket. */
  refused(status: number, retryAfter: string | undefined): void;
  /** It is over, or never came about (code 1006). `cause` is the socket's error where there was one. */
  closed(code: number, reason: string, cause: Error | undefined): void;
}

/** Bytes of the longest message that a service sends. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** One WebSocket, whose events come in one way and end in one way. */
export class Connection {
  readonly #socket: ClientWebSocket;
  #listener: ConnectionListener | undefined;

  /** Throws where the target is no URL. */
  constructor(WebSocket: WebSocketClass, { url, headers }: SocketTarget, listener: ConnectionListener) {
    this.#listener = listener;
    const socket = new WebSocket(url, { headers: { ...headers }, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
    this.#socket = socket;
    let fault: Error | undefined;
    socket.on("open", () => this.#listener?.open());
    socket.on("pong", () => this.#listener?.pong());
    socket.on("message", (data, isBinary) => this.#listener?.message(isBinary ? bytesOf(data) : textOf(data)));
    socket.on("error", (error) => (fault = error));
    socket.on("unexpected-response", (_request, { statusCode = 0, headers: answer }) => {
      const retryAfter = answer["retry-after"];
      this.#end((ending) => ending.refused(statusCode, typeof retryAfter === "string" ? retryAfter : undefined));
      socket.terminate();
    });
    socket.on("close", (code, reason) => this.#end((ending) => ending.closed(code, reason.toString(), fault)));
  }

  /** Bytes that the network has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: string | Uint8Array): void {
    if (this.#listener) this.#socket.send(message);
  }

  /** Asks for a sign of life, which every WebSocket gives by itself. */
  ping(): void {
    if (this.#listener) this.#socket.ping();
  }

  /** Closes politely; `closed` follows when the service has answered. */
  close(): void {
    this.#socket.close(1000);
  }

  /** Ends it at once. Nothing is reported any more. */
  drop(): void {
    this.#listener = undefined;
    this.#socket.terminate();
  }

  #end(report: (listener: ConnectionListener) => void): void {
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener) report(listener);
  }
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  const bytes = bytesOf(data);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
