import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";

/** What Twilio says, as far as a relay has to know. */
interface Message {
  readonly event: string;
  readonly streamSid: string;
  readonly media: { readonly payload: string };
}

/** The least that a server of media streams can do: `ws`, and JSON read and written. Sends each frame back. Gives its port. */
export async function serveBareRelay(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message.event !== "media") return;
      socket.send(JSON.stringify({ event: "media", streamSid: message.streamSid, media: { payload: message.media.payload } }));
    });
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
