import { STATUS_CODES, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { TelephonyError, type Logger } from "@openclaw/telephony-contract";
import type { WebSocket } from "ws";
import type { UrlReader } from "../door/public-url.ts";
import { MAX_MESSAGE_BYTES } from "./connection.ts";
import type { MediaServer } from "./media-server.ts";
import type { MediaSocket, MediaSocketListener, UpgradeRequest } from "./socket.ts";

/** Milliseconds of silence after which the system asks whether the other machine is still there. */
const KEEP_ALIVE_MS = 15_000;

/** Has something done before anything else happens: several times faster than by the process' own means. */
const SOON = Promise.resolve();

/** Where media sockets come in. */
export interface WebSocketDoorOptions {
  /** Local path below which they do, without a slash at its end. */
  readonly path: string;
  /** How requests below that path look from outside. Asked for every one, so that a changed configuration counts at once. */
  readonly reader: () => UrlReader;
  readonly mediaServer: Pick<MediaServer, "admit">;
  readonly log: Logger;
}

/** A server that takes media sockets. */
export interface WebSocketDoor {
  /** Takes no more. Those that are open stay. */
  close(): void;
}

/**
 * Whether a request asks for a WebSocket: for the option `shouldUpgradeCallback` of an HTTP server, so that one which
 * offers another protocol, as some HTTP clients do with every request, is still answered as a request.
 */
export function isWebSocketUpgrade({ headers }: Pick<IncomingMessage, "headers">): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Has an HTTP server take media sockets. Every upgrade that is none of them is refused. */
export async function attachWebSockets(server: Server, options: WebSocketDoorOptions): Promise<WebSocketDoor> {
  const { WebSocketServer } = await import("ws");
  // Whether text is UTF-8 need not be asked: what is not becomes characters that no codec takes.
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, skipUTF8Validation: true, maxPayload: MAX_MESSAGE_BYTES });
  const upgrade = (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    raw.on("error", ignore);
    try {
      const asked = read(request, server, options);
      if (!asked) return refuse(raw, 404);
      const admission = options.mediaServer.admit(asked);
      if ("refusal" in admission) return refuse(raw, admission.refusal.status);
      request.socket.setKeepAlive(true, KEEP_ALIVE_MS);
      raw.once("close", admission.abandon);
      sockets.handleUpgrade(request, raw, head, (socket) => admission.accept(new WsSocket(socket, raw)));
    } catch (error) {
      options.log.error("a media socket could not be opened", { error: error instanceof Error ? error.message.slice(0, 200) : "unknown" });
      raw.destroy();
    }
  };
  server.on("upgrade", upgrade);
  return {
    close() {
      server.off("upgrade", upgrade);
      sockets.close();
    },
  };
}

/** The upgrade as the carrier asked for it; nothing where it is none of ours. */
function read(request: IncomingMessage, server: Server, { path, reader }: WebSocketDoorOptions): UpgradeRequest | undefined {
  if (!isWebSocketUpgrade(request)) return undefined;
  const headers = joinHeaders(request.headers);
  const head = { target: request.url ?? "/", headers, peer: request.socket.remoteAddress ?? "" };
  const seen = reader()(head, localBase(server) + path);
  if (!seen) return undefined;
  return { url: overWebSocket(seen.url), spellings: () => seen.spellings().map(overWebSocket), headers, remoteAddress: seen.source };
}

function overWebSocket(url: string): string {
  return url.replace(/^http/i, "ws");
}

function localBase(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

function joinHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(", ")] as const]));
  return Object.fromEntries(entries);
}

/** Why, is for our log alone. */
function refuse(raw: Duplex, status: number): void {
  const body = STATUS_CODES[status] ?? "refused";
  raw.once("finish", () => raw.destroy());
  raw.end(`HTTP/1.1 ${status} ${body}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
}

/**
 * A WebSocket of the `ws` package over the connection of its upgrade. What is sent in one moment, a few frames of audio and
 * a mark, goes to the system together, since each time costs more than what is sent.
 */
class WsSocket implements MediaSocket {
  #gathering = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly raw: Duplex,
  ) {
    socket.on("error", ignore);
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  send(message: string | Uint8Array): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (!this.#gathering) {
      this.#gathering = true;
      this.raw.cork();
      void SOON.then(this.#release);
    }
    this.socket.send(message);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  on(listener: MediaSocketListener): void {
    // Messages come as one buffer each as long as the package is not told otherwise.
    this.socket.on("message", (data: Buffer, isBinary) => listener.message(data, !isBinary));
    this.socket.on("close", (code, reason) => listener.close(code, reason.toString()));
    this.socket.on("error", (error) => listener.error(fault(error)));
    this.raw.on("drain", () => listener.drain());
  }

  readonly #release = (): void => {
    this.#gathering = false;
    this.raw.uncork();
  };
}

/** What the package found wrong, in the contract's words. */
function fault(error: Error & { readonly code?: string }): Error {
  const { code = "" } = error;
  if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return new TelephonyError("too-large", "a message is larger than any carrier sends", { cause: error });
  return code.startsWith("WS_ERR_") ? new TelephonyError("protocol", "what came is no WebSocket message", { cause: error }) : error;
}

/** A failed connection is reported by its end. */
function ignore(): void {}
