import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { listenTo } from "./media-room.test-support.ts";
import { carrierSays } from "./strict-codec.test-support.ts";
import { askUpgrade, connectMedia, createWsRoom } from "./ws-room.test-support.ts";

const FRAME = new Uint8Array(160).fill(7);

describe("over real sockets", () => {
  it("a stream carries audio both ways, and ends with a closing handshake", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const caller = await connectMedia(room.url("token1"));
    caller.socket.send(carrierSays.hello());
    caller.socket.send(carrierSays.begin(["CA"]));
    const link = await room.started;
    const heard = listenTo(link);
    [1, 2, 3].forEach((n) => caller.socket.send(carrierSays.audio(n)));
    expect(link.send(FRAME)).toBe(true);
    link.mark("g1-1");
    link.clear();
    expect((await caller.heard(3)).map((message) => JSON.parse(message) as unknown)).toEqual([
      { event: "play", data: Buffer.from(FRAME).toString("base64") },
      { event: "mark", name: "g1-1" },
      { event: "clear" },
    ]);
    link.close("call-over");
    expect([await caller.closed, await link.closed]).toEqual([{ code: 1000, reason: "call-over" }, { by: "us", reason: "call-over" }]);
    expect(heard).toEqual([1, 2, 3]);
  });

  it("what is sent in one moment goes to the system together", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const connected = once(room.server, "connection");
    const caller = await connectMedia(room.url("token1"));
    const [socket] = (await connected) as [Socket];
    caller.socket.send(carrierSays.begin(["CA"]));
    const link = await room.started;
    const writes = vi.spyOn(socket, "_writev");
    link.send(FRAME);
    link.send(FRAME);
    link.mark("g1-1");
    expect(await caller.heard(3)).toHaveLength(3);
    expect(writes).toHaveBeenCalledTimes(1);
  });

  it("the carrier's end and a broken connection are told apart", async () => {
    await using room = await createWsRoom();
    const ends: unknown[] = [];
    for (const [callId, end] of [["a", "close"], ["b", "terminate"]] as const) {
      room.media.expect(callId, `token${callId}`);
      const caller = await connectMedia(room.url(`token${callId}`));
      caller.socket.send(carrierSays.begin([`C${callId.toUpperCase()}`]));
      caller.socket.send(carrierSays.audio(1));
      while (room.links.length < ends.length + 1) await new Promise(setImmediate);
      const link = room.links.at(-1);
      await new Promise<void>((resolve) => link?.listen(() => resolve()));
      caller.socket[end]();
      ends.push(await link?.closed);
    }
    expect(ends).toEqual([
      { by: "carrier", reason: "carrier-closed" },
      { by: "network", reason: "network" },
    ]);
  });

  it("a connection that is reset ends its stream, and nothing else", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const caller = await connectMedia(room.url("token1"));
    caller.socket.send(carrierSays.begin(["CA"]));
    const link = await room.started;
    const raw = (caller.socket as unknown as { readonly _socket: Socket })._socket;
    raw.resetAndDestroy();
    expect(await link.closed).toEqual({ by: "network", reason: "network" });
    expect(room.media.sizes).toEqual({ tokens: 0, pending: 0, active: 0 });
  });

  it("a message that is larger than any carrier's ends the stream before it is taken in", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const caller = await connectMedia(room.url("token1"));
    caller.socket.send(carrierSays.begin(["CA"]));
    const link = await room.started;
    caller.socket.send("x".repeat(64 * 1024 + 1));
    expect([await link.closed, (await caller.closed).code]).toEqual([{ by: "us", reason: "too-large" }, 1009]);
  });

  it("what is no WebSocket message ends it too", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const caller = await connectMedia(room.url("token1"));
    caller.socket.send(carrierSays.begin(["CA"]));
    const link = await room.started;
    const raw = (caller.socket as unknown as { readonly _socket: NodeJS.WritableStream })._socket;
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect(await link.closed).toEqual({ by: "us", reason: "protocol" });
  });

  it("whoever does not read makes us wait, and lets us go on when it reads again", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const caller = await connectMedia(room.url("token1"));
    caller.socket.send(carrierSays.begin(["CA"]));
    const link = await room.started;
    caller.socket.pause();
    const second = new Uint8Array(8000);
    while (link.send(second)) await new Promise(setImmediate);
    const writable = link.writable();
    caller.socket.resume();
    await writable;
    expect(link.send(FRAME)).toBe(true);
  });

  it("closing the media server says goodbye to everybody", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    room.media.expect("b", "token2");
    const callers = await Promise.all([connectMedia(room.url("token1")), connectMedia(room.url("token2"))]);
    callers[0]?.socket.send(carrierSays.begin(["CA"]));
    await room.started;
    await room.media.close();
    expect((await Promise.all(callers.map(({ closed }) => closed))).map(({ code }) => code)).toEqual([1001, 1001]);
    expect(room.media.sizes).toEqual({ tokens: 0, pending: 0, active: 0 });
  });
});

describe("the upgrade", () => {
  it("is asked for with the public URL, under each of its spellings", async () => {
    await using room = await createWsRoom({
      exposure: { publicUrl: "https://voice.example.com/media", forwarding: { trustForwardingHeaders: true } },
      admit: () => ({ refusal: { status: 429, reason: "too-many" } }),
    });
    const forwarded = { "x-forwarded-for": "203.0.113.9", "x-twice": "1" };
    await expect(connectMedia(`${room.url("token1")}?x=1`, forwarded)).rejects.toThrow("HTTP 429");
    expect(room.asked.map(({ url, remoteAddress, headers, spellings }) => [url, remoteAddress, headers["x-twice"], spellings?.()])).toEqual([
      ["wss://voice.example.com/media/token1?x=1", "203.0.113.9", "1", ["wss://voice.example.com:443/media/token1?x=1"]],
    ]);
  });

  it("is asked for with our own URL where there is no public one", async () => {
    await using room = await createWsRoom();
    await expect(connectMedia(room.url("token1"))).rejects.toThrow("HTTP 401");
    expect(room.asked.map(({ url, remoteAddress }) => [url, remoteAddress])).toEqual([[room.url("token1"), "127.0.0.1"]]);
  });

  it.each([
    { name: "another path", path: "/voice/webhook", protocol: "websocket", status: 404 },
    { name: "a path that only begins alike", path: "/voice/streams/token1", protocol: "websocket", status: 404 },
    { name: "no token", path: "/voice/stream", protocol: "websocket", status: 401 },
    { name: "a token that was never issued", path: "/voice/stream/other", protocol: "websocket", status: 401 },
    { name: "no key of a WebSocket", path: "/voice/stream/token1", protocol: "websocket", status: 400 },
  ])("is refused over HTTP with $name", async ({ path, protocol, status }) => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    expect(await askUpgrade(room.port, path, { upgrade: protocol })).toBe(status);
  });

  it("that came to nothing gives its token back", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    expect(await askUpgrade(room.port, "/voice/stream/token1", { upgrade: "websocket" })).toBe(400);
    while (room.media.sizes.pending > 0) await new Promise(setImmediate);
    const caller = await connectMedia(room.url("token1"));
    caller.socket.send(carrierSays.begin(["CA"]));
    await room.started;
  });

  it("to another protocol is an ordinary request", async () => {
    await using room = await createWsRoom({ requests: (_request, response) => void response.writeHead(204).end() });
    expect(await askUpgrade(room.port, "/voice/webhook", { upgrade: "h2c", connection: "Upgrade, HTTP2-Settings" })).toBe(204);
    expect(room.asked).toEqual([]);
  });

  it("survives whoever resets the connection, and a decision that throws", async () => {
    await using room = await createWsRoom({
      admit() {
        throw new Error("defect");
      },
    });
    expect(await askUpgrade(room.port, "/voice/stream/token1", { upgrade: "websocket" })).toBe(0);
    expect(room.log.lines).toMatchObject([{ level: "error", fields: { error: "defect" } }]);
    const rude = connect(room.port, "127.0.0.1");
    rude.write("GET /elsewhere HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n", () => rude.resetAndDestroy());
    await once(rude, "close");
    expect(await askUpgrade(room.port, "/elsewhere", { upgrade: "websocket" })).toBe(404);
  });

  it("is nobody's any more when the door is closed", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    room.door.close();
    await expect(connectMedia(room.url("token1"))).rejects.toThrow();
    expect(room.asked).toEqual([]);
  });
});
