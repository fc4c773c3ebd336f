import type { Server } from "node:http";
import type { MediaRequest, MediaWire } from "./media-wire.ts";
import { wireOver } from "./ws-wire.ts";

/**
 * Our end of media connections, in miniature: takes every WebSocket that is asked for at an HTTP server. `onWire` is given
 * each with its path as the URL.
 */
export async function acceptWires(server: Server, onWire: (wire: MediaWire, request: MediaRequest) => void): Promise<void> {
  const { WebSocketServer } = await import("ws");
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value = ""]) => [name, [value].flat().join(", ")]));
    sockets.handleUpgrade(request, socket, head, (opened) => onWire(wireOver(opened), { url: request.url ?? "/", headers }));
  });
  server.on("close", () => sockets.close());
}
