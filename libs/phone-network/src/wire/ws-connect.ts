import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import { forwardedFor, throughTunnel, type Tunnel } from "./http-deliver.ts";
import { MediaRefused, type ConnectMedia, type MediaWire } from "./media-wire.ts";
import { wireOver } from "./ws-wire.ts";

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
    const wire = wireOver(socket);
    socket.on("open", () => resolve(wire));
    socket.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      response.resume();
      reject(new MediaRefused("refused", response.statusCode));
      socket.terminate();
    });
    socket.on("error", (error) => reject(new MediaRefused(/timed out/.test(error.message) ? "timeout" : "unreachable")));
  });
}
