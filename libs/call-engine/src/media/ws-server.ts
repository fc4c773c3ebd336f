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
      try {
        sockets.handleUpgrade(request, raw, head, (socket) => {
          // The package listens for errors of the connection itself from here on.
          raw.off("error", ignore);
          admission.accept(new WsSocket(socket, raw));
        });
      } finally {
        // The package has answered by now. Where it was not content with the request, there will be no socket.
        admission.abandon();
      }
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
    socket.on("error", tellError);
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
    const told: Telling = { [LISTENER]: listener };
    Object.assign(this.socket, told).on("message", tellMessage).on("close", tellClose);
    Object.assign(this.raw, told).on("drain", tellDrain);
  }

  readonly #release = (): void => {
    this.#gathering = false;
    this.raw.uncork();
  };
}

/** Where a WebSocket, and the connection below it, keep whom they tell: then the listeners are the same for all calls. */
const LISTENER = Symbol("listener");

interface Telling {
  readonly [LISTENER]?: MediaSocketListener;
}

/** Messages come as one buffer each as long as the package is not told otherwise. */
function tellMessage(this: WebSocket & Telling, data: Buffer, isBinary: boolean): void {
  this[LISTENER]?.message(data, !isBinary);
}

function tellClose(this: WebSocket & Telling, code: number, reason: Buffer): void {
  this[LISTENER]?.close(code, reason.toString());
}

function tellError(this: WebSocket & Telling, error: Error): void {
  this[LISTENER]?.error(fault(error));
}

function tellDrain(this: Duplex & Telling): void {
  this[LISTENER]?.drain();
}

/** What the package found wrong, in the contract's words. */
function fault(error: Error & { readonly code?: string }): Error {
  const { code = "" } = error;
  if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") return new TelephonyError("too-large", "a message is larger than any carrier sends", { cause: error });
  return code.startsWith("WS_ERR_") ? new TelephonyError("protocol", "what came is no WebSocket message", { cause: error }) : error;
}

/** A failed connection is reported by its end. */
function ignore(): void {}
