import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { messageFrame } from "./message-frame.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** The message that a WebSocket client finds in bytes of a server. */
async function received(bytes: Buffer): Promise<string | Buffer> {
  const server = createServer((socket) => {
    socket.once("data", (head) => {
      const key = /sec-websocket-key: (.*)\r\n/i.exec(head.toString())?.[1] ?? "";
      const accept = createHash("sha1").update(key + GUID).digest("base64");
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`);
      socket.write(bytes);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const [data, isBinary] = (await once(client, "message")) as [Buffer, boolean];
  client.terminate();
  server.close();
  return isBinary ? data : data.toString();
}

describe("the frame of a message", () => {
  it.each([0, 1, 125, 126, 0xffff, 0x10000])("of %i characters is understood by a client", async (length) => {
    const text = "x".repeat(length);
    expect(await received(messageFrame(text))).toEqual(text);
  });

  it("says whether it is text, in whatever letters, or bytes", async () => {
    const bytes = Buffer.from([0, 1, 0xff]);
    const letters = '{"event":"mark","name":"grüße 📞"}';
    expect(await received(messageFrame(bytes))).toEqual(bytes);
    expect(await received(messageFrame(letters))).toEqual(letters);
  });
});
