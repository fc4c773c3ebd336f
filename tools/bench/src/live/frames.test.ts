import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { CLOSE, MASK, ServerFrames, TEXT, clientFrame, clientHeaderBytes, writeDigits } from "./frames.ts";

const LONG = "x".repeat(300);

describe("frames of a far end", () => {
  it("are understood by a server, also where their digits were written over", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    const said: string[] = [];
    server.on("connection", (socket) => socket.on("message", (data: Buffer) => said.push(data.toString())));
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const numbered = clientFrame('{"n":"000"}');
    writeDigits(numbered, clientHeaderBytes(11) + 6, 3, 42);
    socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    await once(socket, "data");
    socket.write(Buffer.concat([clientFrame("short"), clientFrame(LONG), numbered, clientFrame("", CLOSE)]));
    await once(socket, "close");
    expect(said).toEqual(["short", LONG, '{"n":"042"}']);
    server.close();
  });

  it("are masked, and no longer than sixteen bits can say", () => {
    expect([...clientFrame("ab")]).toEqual([0x81, 0x82, MASK, MASK, MASK, MASK, 0x61 ^ MASK, 0x62 ^ MASK]);
    expect(() => clientFrame("x".repeat(70_000))).toThrow(RangeError);
  });
});

describe("a server's frames", () => {
  const frame = (text: string) => Buffer.concat([text.length < 126 ? Buffer.of(0x81, text.length) : Buffer.of(0x81, 126, text.length >> 8, text.length & 255), Buffer.from(text)]);
  const bytes = Buffer.concat([frame("one"), frame(LONG), frame(""), frame("four"), Buffer.of(0x88, 0)]);
  const read = (sizes: number) => {
    const frames = new ServerFrames();
    const heard: [number, string][] = [];
    for (let at = 0; at < bytes.length; at += sizes) {
      frames.push(bytes.subarray(at, at + sizes), (opcode, from, begin, end) => heard.push([opcode, from.toString("latin1", begin, end)]));
    }
    return heard;
  };

  it.each([1, 2, 3, 7, 64, 303, 1000])("are found in pieces of %i bytes", (size) => {
    expect(read(size)).toEqual([[TEXT, "one"], [TEXT, LONG], [TEXT, ""], [TEXT, "four"], [CLOSE, ""]]);
  });

  it("of more than sixteen bits are refused", () => {
    expect(() => new ServerFrames().push(Buffer.of(0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0), () => {})).toThrow(RangeError);
  });
});
