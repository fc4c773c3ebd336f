import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import type { MediaWire } from "./media-wire.ts";
import { wsConnect } from "./ws-connect.ts";

const PUBLIC = "https://voice.example.com";
const STREAM = "wss://voice.example.com/stream/token1?x=1";

describe("a media connection over a real socket", () => {
  let server: Server;
  let sockets: WebSocketServer;
  let tunnel: { from: string; to: string };
  const asked: IncomingMessage[] = [];
  const connections = new Set<Socket>();
  /** What the server does with an upgrade request. */
  let upgrade: (request: IncomingMessage, accept: () => void, refuse: (status: number) => void) => void;
  const ours = () => once(sockets, "connection").then(([socket]) => socket as WebSocket);

  beforeEach(async () => {
    asked.length = 0;
    upgrade = (_request, accept) => accept();
    sockets = new WebSocketServer({ noServer: true });
    server = createServer();
    server.on("connection", (connection: Socket) => connections.add(connection));
    server.on("upgrade", (request, socket, head) => {
      asked.push(request);
      socket.on("error", () => socket.destroy());
      const accept = () => sockets.handleUpgrade(request, socket, head, (one) => sockets.emit("connection", one, request));
      upgrade(request, accept, (status) => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    tunnel = { from: PUBLIC, to: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  });
  afterEach(async () => {
    for (const connection of connections) connection.destroy();
    connections.clear();
    await new Promise((resolve) => server.close(resolve));
  });

  async function connected(): Promise<{ wire: MediaWire; socket: WebSocket }> {
    const coming = ours();
    return { wire: await wsConnect({ tunnel })({ url: STREAM, headers: { "x-signature": "s1" } }), socket: await coming };
  }

  it("goes through the tunnel under the public name, with the headers that were given", async () => {
    await connected();
    expect(asked[0]?.url).toBe("/stream/token1?x=1");
    expect(asked[0]?.headers).toMatchObject({ host: "voice.example.com", "x-signature": "s1" });
    expect(asked[0]?.headers).not.toHaveProperty("x-forwarded-host");
    expect(asked[0]?.headers).not.toHaveProperty("sec-websocket-extensions");
    await wsConnect({ tunnel: { ...tunnel, forwarded: true } })({ url: STREAM, headers: {} });
    expect(asked[1]?.headers).toMatchObject({ "x-forwarded-host": "voice.example.com", "x-forwarded-proto": "https" });
  });

  it("carries texts and bytes both ways in order, also what came before anybody listened", async () => {
    const { wire, socket } = await connected();
    const [heard, received]: unknown[][] = [[], []];
    socket.on("message", (data: Buffer, isBinary) => received?.push(isBinary ? [...data] : data.toString()));
    socket.send("early");
    socket.send(Uint8Array.of(1, 2));
    wire.send("hello");
    wire.send(Uint8Array.of(3));
    await vi.waitFor(() => expect(received).toEqual(["hello", [3]]));
    wire.onMessage((message) => heard?.push(typeof message === "string" ? message : [...message]));
    socket.send("late");
    await vi.waitFor(() => expect(heard).toEqual(["early", [1, 2], "late"]));
  });

  it("tells how our end closed it, or that it broke, once, also who listens late", async () => {
    for (const [end, code] of [[(socket: WebSocket) => socket.close(4001, "over"), 4001], [(socket: WebSocket) => socket.terminate(), 1006]] as const) {
      const { wire, socket } = await connected();
      const ends: unknown[] = [];
      wire.onClose((was) => ends.push(was));
      end(socket);
      await vi.waitFor(() => expect(ends).toEqual([code]));
      wire.send("lost");
      wire.onClose((was) => ends.push(was));
      expect(ends).toEqual([code, code]);
    }
  });

  it("is closed politely, or broken", async () => {
    const [one, two] = [await connected(), await connected()];
    one.wire.close(1000, "done");
    expect((await once(one.socket, "close"))[0]).toBe(1000);
    two.wire.terminate();
    expect((await once(two.socket, "close"))[0]).toBe(1006);
  });

  it.each([
    ["http://voice.example.com/stream", { failure: "scheme" }],
    ["ws://voice.example.com/stream", { failure: "scheme" }],
    ["stream", { failure: "malformed" }],
  ])("does not come about for %s", async (url, failure) => {
    await expect(wsConnect({ tunnel })({ url, headers: {} })).rejects.toMatchObject(failure);
    expect(asked).toEqual([]);
  });

  it("says with which status it was refused, that nobody answered in time, or that nobody was there", async () => {
    upgrade = (_request, _accept, refuse) => refuse(403);
    await expect(wsConnect({ tunnel })({ url: STREAM, headers: {} })).rejects.toMatchObject({ failure: "refused", status: 403 });
    upgrade = () => undefined;
    await expect(wsConnect({ tunnel, timeoutMs: 30 })({ url: STREAM, headers: {} })).rejects.toMatchObject({ failure: "timeout" });
    upgrade = ({ socket }) => void socket.destroy();
    await expect(wsConnect({ tunnel })({ url: STREAM, headers: {} })).rejects.toMatchObject({ failure: "unreachable" });
  });
});
