import type { RawData, WebSocket } from "ws";
import type { MediaWire } from "./media-wire.ts";
import { WireEnd } from "./wire-end.ts";

/** One end of a real WebSocket. */
export function wireOver(socket: WebSocket): MediaWire {
  const end = new WireEnd();
  // An error is followed by the close, which tells.
  socket.on("error", () => undefined);
  socket.on("message", (data: RawData, isBinary: boolean) => end.take(isBinary ? new Uint8Array(data as Buffer) : (data as Buffer).toString("utf8")));
  socket.on("close", (code: number, reason: Buffer) => end.end(code, reason.toString("utf8")));
  return {
    send(message) {
      if (socket.readyState === socket.OPEN) socket.send(message, () => undefined);
    },
    onMessage: (listener) => end.onMessage(listener),
    onClose: (listener) => end.onClose(listener),
    close: (code = 1000, reason = "") => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}
