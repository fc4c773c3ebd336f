import type { IncomingMessage } from "node:http";
import type { RawData, WebSocket } from "ws";
import { forwardedFor, throughTunnel, type Tunnel } from "./http-deliver.ts";
import { MediaRefused, type ConnectMedia, type MediaWire } from "./media-wire.ts";
import { WireEnd } from "./wire-end.ts";

/** Milliseconds in which a connection has to be there. */
const CONNECT_MS = 10_000;
/** Bytes of the largest message from us. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** How connections are made. */
export interface WsConnectOptions {
  readonly tunnel?: Tunnel | undefined;
  /** Milliseconds in which a connection has to be there. Default: ten seconds. */
  readonly timeoutMs?: number;
}

/**
 * Opens WebSockets over real connections: directly, or through a tunnel where the URL's host is that of its public origin.
 * Takes `wss:` URLs alone, as carriers do.
 */
export function wsConnect({ tunnel, timeoutMs = CONNECT_MS }: WsConnectOptions = {}): ConnectMedia {
  return async ({ url: given, headers }) => {
    if (!URL.canParse(given)) throw new MediaRefused("malformed");
    const url = new URL(given);
    if (url.protocol !== "wss:") throw new MediaRefused("scheme");
    const asHttp = new URL(`https://${url.host}${url.pathname}${url.search}`);
    const target = throughTunnel(asHttp, tunnel);
    const added = target !== asHttp && tunnel?.forwarded ? forwardedFor(asHttp) : {};
    const { WebSocket: Socket } = await import("ws");
    const address = target.href.replace(/^http/, "ws");
    // The name stays the public one behind a tunnel.
    const options = { headers: { ...headers, ...added, host: url.host }, perMessageDeflate: false, handshakeTimeout: timeoutMs, maxPayload: MAX_MESSAGE_BYTES };
    return await opened(new Socket(address, options));
  };
}

function opened(socket: WebSocket): Promise<MediaWire> {
  return new Promise((resolve, reject) => {
    const end = new WireEnd();
    socket.on("open", () => resolve(wireOver(socket, end)));
    socket.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      response.resume();
      reject(new MediaRefused("refused", response.statusCode));
      socket.terminate();
    });
    // An error after the opening is followed by the close, which tells.
    socket.on("error", (error) => reject(new MediaRefused(/timed out/.test(error.message) ? "timeout" : "unreachable")));
    socket.on("message", (data: RawData, isBinary: boolean) => end.take(isBinary ? new Uint8Array(data as Buffer) : (data as Buffer).toString("utf8")));
    socket.on("close", (code: number, reason: Buffer) => end.end(code, reason.toString("utf8")));
  });
}

function wireOver(socket: WebSocket, end: WireEnd): MediaWire {
  return {
    send(message) {
      // A failure to send is followed by the close.
      if (socket.readyState === socket.OPEN) socket.send(message, () => undefined);
    },
    onMessage: (listener) => end.onMessage(listener),
    onClose: (listener) => end.onClose(listener),
    close: (code = 1000, reason = "") => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}
