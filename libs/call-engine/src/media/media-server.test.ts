import { leakInLog } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { createMediaRoom, endOf, listenTo } from "./media-room.test-support.ts";
import { MemorySocket } from "./memory-socket.test-support.ts";
import { carrierSays, changed, strictCodec } from "./strict-codec.test-support.ts";

describe("the media server lets in", () => {
  it("a socket with the token of its call, once the start names the call", () => {
    const { server, connect, links } = createMediaRoom();
    server.expect("a", "token1");
    expect(server.sizes).toEqual({ tokens: 1, pending: 0, active: 0 });
    const socket = connect("token1");
    socket.say(carrierSays.hello());
    expect([server.sizes, links]).toEqual([{ tokens: 1, pending: 1, active: 0 }, []]);
    socket.say(carrierSays.begin(["elsewhere", "leg-a"]));
    expect(server.sizes).toEqual({ tokens: 0, pending: 0, active: 1 });
    expect(links.map(({ callId, link }) => [callId, link.formatIn, link.formatOut])).toEqual([
      ["a", { encoding: "mulaw", sampleRate: 8000 }, { encoding: "mulaw", sampleRate: 8000 }],
    ]);
  });

  it("whoever has the token, where the carrier signs nothing, and nobody whose signature is wrong", () => {
    const { server, refusal, frames } = createMediaRoom();
    server.expect("a", "token1");
    const url = "wss://voice.example.com/voice/stream/token1";
    expect(refusal("token1", { headers: { "x-signed": "wss://elsewhere.example.com" } })).toEqual({ status: 403, reason: "signature" });
    expect(refusal("token1", { headers: { "x-signed": url } })).toBeUndefined();
    expect(refusal("token1")).toBeUndefined();
    frames.codec = { ...strictCodec, authorizeUpgrade: () => { throw new Error("defect"); } };
    expect(refusal("token1")).toEqual({ status: 403, reason: "signature" });
  });

  it("a request that was signed under another spelling of its URL", () => {
    const { server } = createMediaRoom();
    server.expect("a", "token1");
    const [url, spelled] = ["wss://voice.example.com/s/token1", "wss://voice.example.com:443/s/token1"];
    const asked = { url, headers: { "x-signed": spelled }, remoteAddress: "192.0.2.1" };
    expect(server.admit(asked)).toMatchObject({ refusal: { reason: "signature" } });
    expect(server.admit({ ...asked, spellings: () => [spelled] })).toHaveProperty("accept");
  });

  it("nobody without a token, or with one that is none", () => {
    const { refusal, server } = createMediaRoom();
    server.expect("a", "token1");
    expect(refusal("")).toEqual({ status: 401, reason: "missing-token" });
    expect(refusal("?token=token1")).toEqual({ status: 401, reason: "missing-token" });
    expect(refusal("token2")).toEqual({ status: 401, reason: "unknown-token" });
    expect(refusal("token1?query=dropped")).toBeUndefined();
  });

  it("nobody whose call is over, though its token was not forgotten", () => {
    const { server, refusal, calls } = createMediaRoom();
    server.expect("a", "token1");
    calls.delete("a");
    expect(refusal("token1")).toEqual({ status: 403, reason: "call-over" });
  });

  it("as many as the limits allow, of each source and altogether, and the next one when there is room again", () => {
    const { server, refusal, connect, limits } = createMediaRoom();
    Object.assign(limits, { maxPendingConnections: 3, maxPendingConnectionsPerIp: 2, maxConnections: 4 });
    for (let i = 1; i <= 6; i++) server.expect(i % 2 ? "a" : "b", `token${i}`);
    const first = connect("token1", { ip: "192.0.2.1" });
    connect("token2", { ip: "192.0.2.1" });
    expect(refusal("token3", { ip: "192.0.2.1" })).toEqual({ status: 429, reason: "too-many" });
    connect("token3", { ip: "192.0.2.2" });
    expect(refusal("token4", { ip: "192.0.2.3" })).toEqual({ status: 503, reason: "too-many" });
    first.say(carrierSays.begin(["CA"]));
    connect("token4", { ip: "192.0.2.1" });
    expect(server.sizes).toMatchObject({ pending: 3, active: 1 });
    Object.assign(limits, { maxPendingConnections: 9 });
    expect(refusal("token5", { ip: "192.0.2.4" })).toEqual({ status: 503, reason: "too-many" });
    first.hangUp();
    expect(refusal("token5", { ip: "192.0.2.4" })).toBeUndefined();
  });
});

describe("before the start message the media server closes a socket", () => {
  it.each([
    { name: "that says nothing in time", reason: "no-start", code: 1008, messages: [carrierSays.hello()] },
    { name: "whose start names another call", reason: "wrong-call", code: 1008, messages: [carrierSays.begin(["CB", "leg-b"])] },
    { name: "whose start names no call", reason: "wrong-call", code: 1008, messages: [carrierSays.begin([])] },
    { name: "with audio that nobody knows", reason: "bad-format", code: 1003, messages: [carrierSays.begin(["CA"], { encoding: "opus", rate: 8000 })] },
    { name: "with a rate that nobody has", reason: "bad-format", code: 1003, messages: [carrierSays.begin(["CA"], { encoding: "mulaw", rate: 8000.5 })] },
    { name: "that speaks another protocol", reason: "protocol", code: 1002, messages: Array<string>(21).fill("GET / HTTP/1.1") },
    { name: "that begins with audio", reason: "protocol", code: 1002, messages: Array.from({ length: 21 }, (_, i) => carrierSays.audio(i + 1)) },
    { name: "with a message that is too large", reason: "too-large", code: 1009, messages: ["x".repeat(16 * 1024 + 1)] },
    { name: "that says it is over", reason: "stopped-by-carrier", code: 1000, messages: [carrierSays.end()] },
  ])("$name, and lets the token be used again", async ({ reason, code, messages }) => {
    const { server, connect, clock, links, log, refusal } = createMediaRoom();
    server.expect("a", "token1");
    const socket = connect("token1");
    expect(refusal("token1")).toEqual({ status: 403, reason: "reserved-token" });
    socket.say(...messages);
    await clock.advance(5000);
    expect([socket.closing, links]).toEqual([{ code, reason }, []]);
    expect(log.lines.at(-1)).toMatchObject({ level: "warn", fields: { call: "a", reason } });
    const next = connect("token1");
    next.say(carrierSays.begin(["CA"]));
    expect([links.length, next.closing]).toEqual([1, undefined]);
  });

  it("with twenty faults it does not yet", () => {
    const { server, connect, links } = createMediaRoom();
    server.expect("a", "token1");
    const socket = connect("token1");
    socket.say(...Array<string>(20).fill("{}"), carrierSays.begin(["CA"]));
    expect(links).toHaveLength(1);
  });

  it("and the network may lose it, or the carrier never open it", async () => {
    const { server, connect, admitted, refusal, clock } = createMediaRoom();
    server.expect("a", "token1");
    connect("token1").fail(new Error("reset"));
    connect("token1").hangUp(1006);
    admitted("token1").abandon();
    admitted("token1");
    expect(refusal("token1")).toMatchObject({ reason: "reserved-token" });
    await clock.advance(5000);
    expect(refusal("token1")).toBeUndefined();
    expect(server.sizes).toEqual({ tokens: 1, pending: 0, active: 0 });
  });

  it("does not give its token back while it is there", () => {
    const { server, admitted, refusal } = createMediaRoom();
    server.expect("a", "token1");
    const admission = admitted("token1");
    admission.accept(new MemorySocket());
    admission.abandon();
    const second = new MemorySocket();
    admission.accept(second);
    expect([refusal("token1")?.reason, second.terminated, server.sizes.pending]).toEqual(["reserved-token", true, 1]);
  });

  it("does not heed what else was in the message that ended it", () => {
    const { server, connect, links, frames } = createMediaRoom();
    frames.codec = changed((frames) => [...frames, ...strictCodec.open().decode(carrierSays.begin(["CA"]))]);
    server.expect("a", "token1");
    const socket = connect("token1");
    socket.say(carrierSays.end());
    expect([links, socket.closing?.reason]).toEqual([[], "stopped-by-carrier"]);
  });

  it.each([
    [false, ["hello", "binary"]],
    [true, ["text in bytes", "binary"]],
  ])("says text to its codec as a string, or in bytes where it takes UTF-8: %s", (takesUtf8, expected) => {
    const { server, connect, frames } = createMediaRoom();
    const said: string[] = [];
    const decode = (message: string | Uint8Array) => {
      said.push(typeof message === "string" ? message : message.length === 1 ? "binary" : "text in bytes");
      return [];
    };
    frames.codec = { ...strictCodec, open: () => ({ ...(takesUtf8 && { takesUtf8 }), decode, encode: () => [] }) };
    server.expect("a", "token1");
    connect("token1").say("hello", Uint8Array.of(7));
    expect(said).toEqual(expected);
  });

  it("takes no socket any more when the deadline is over", async () => {
    const { server, admitted, clock } = createMediaRoom();
    server.expect("a", "token1");
    const admission = admitted("token1");
    await clock.advance(5000);
    const socket = new MemorySocket();
    admission.accept(socket);
    expect(socket.terminated).toBe(true);
    expect(server.sizes.pending).toBe(0);
  });
});

describe("a stream of the media server", () => {
  it("gives way to a later one of its call, and not to an earlier one", async () => {
    const { server, connect, stream, links } = createMediaRoom();
    server.expect("a", "early");
    const early = connect("early");
    const first = stream("a", "first");
    const second = stream("a", "second");
    expect(first.socket.closing).toEqual({ code: 1000, reason: "superseded" });
    expect(await endOf(first.link)).toEqual({ by: "us", reason: "superseded" });
    expect(await endOf(second.link)).toBeUndefined();
    early.say(carrierSays.begin(["CA"]));
    expect([early.closing?.reason, second.socket.closing, links.length]).toEqual(["superseded", undefined, 2]);
    stream("a", "third");
    expect(second.socket.closing?.reason).toBe("superseded");
    expect(server.sizes).toEqual({ tokens: 0, pending: 0, active: 1 });
  });

  it("ends with its call, and so do its tokens and the sockets that wait", async () => {
    const { server, connect, stream, refusal } = createMediaRoom();
    const { socket, link } = stream("a", "first");
    const other = stream("b", "other");
    server.expect("a", "second");
    const waiting = connect("second");
    server.expect("a", "third");
    server.forget("a");
    expect([socket.closing?.reason, waiting.closing?.reason, other.socket.closing]).toEqual(["call-over", "call-over", undefined]);
    expect(await endOf(link)).toEqual({ by: "us", reason: "call-over" });
    expect(["first", "second", "third"].map((token) => refusal(token)?.reason)).toEqual(["used-token", "call-over", "call-over"]);
    expect(server.sizes).toEqual({ tokens: 0, pending: 0, active: 1 });
  });

  it("is closed in time by whoever does not answer the closing handshake", async () => {
    const { stream, clock } = createMediaRoom();
    const { socket, link } = stream();
    link.close("call-over");
    await clock.advance(2999);
    expect(socket.terminated).toBe(false);
    await clock.advance(1);
    expect([socket.terminated, clock.pending]).toEqual([true, 0]);
  });

  it("is closed where nobody can use it, and harms no other", async () => {
    const { owner, stream, logged } = createMediaRoom();
    const good = stream("b");
    owner.attached = () => { throw new Error("nobody home"); };
    const { socket, link } = stream("a");
    expect([socket.closing?.code, await endOf(link)]).toEqual([1011, { by: "us", reason: "internal" }]);
    expect(logged("error").map(({ fields }) => fields)).toEqual([{ error: "nobody home" }]);
    const heard = listenTo(good.link);
    good.socket.say(carrierSays.audio(1));
    expect(heard).toEqual([1]);
  });

  it("is cut off when it floods, and not when a stall lets its frames come together", async () => {
    const { stream, clock } = createMediaRoom();
    const { socket, link } = stream();
    for (let second = 0; second < 60; second++) {
      for (let n = 1; n <= 250; n++) socket.say(carrierSays.key("5"));
      await clock.advance(1000);
    }
    socket.say(...Array<string>(1000).fill(carrierSays.key("5")));
    expect(await endOf(link)).toBeUndefined();
    socket.say(...Array<string>(500).fill(carrierSays.key("5")));
    expect([socket.terminated, await endOf(link)]).toEqual([true, { by: "us", reason: "flood" }]);
  });
});

describe("when the media server closes", () => {
  it("it ends every socket, lets nobody in, and leaves no timer", async () => {
    const { server, stream, connect, admitted, refusal, clock } = createMediaRoom();
    const { socket, link } = stream("a");
    ["one", "two", "three"].forEach((token) => server.expect("b", token));
    const pending = connect("one");
    admitted("two");
    let closed = false;
    const closing = server.close().then(() => (closed = true));
    expect([socket.closing, pending.closing?.reason]).toEqual([{ code: 1001, reason: "server-closing" }, "server-closing"]);
    expect(await endOf(link)).toEqual({ by: "us", reason: "server-closing" });
    expect(refusal("three")).toEqual({ status: 503, reason: "server-closing" });
    socket.hangUp(1001);
    expect(closed).toBe(false);
    pending.hangUp(1001);
    await closing;
    server.expect("c", "late");
    expect([server.sizes, clock.pending]).toEqual([{ tokens: 0, pending: 0, active: 0 }, 0]);
  });

  it("everybody who closes it waits for the last socket, and nobody who comes later", async () => {
    const { server, stream, clock } = createMediaRoom();
    const sockets = [stream("a").socket, stream("b").socket];
    let closed = 0;
    const closing = [server.close(), server.close()].map((done) => done.then(() => closed++));
    for (const socket of sockets) {
      await clock.settle();
      expect(closed).toBe(0);
      socket.hangUp(1001);
    }
    await Promise.all(closing);
    await server.close();
  });
});

describe("the media server's log", () => {
  it("names neither tokens nor whole ids, and tells little to whom it refuses often", async () => {
    const { server, calls, ask, log, logged, clock, connect } = createMediaRoom();
    const callId = "0123456789abcdef";
    calls.add(callId);
    server.expect(callId, "secrettoken");
    connect("secrettoken").say(carrierSays.begin(["CX"]));
    for (let i = 0; i < 100; i++) ask(`guess${i}`);
    await clock.advance(1000);
    ask("guess");
    const refused = logged("warn").filter(({ message }) => message === "a media socket was refused");
    expect(refused.map(({ fields }) => fields)).toEqual([{ reason: "unknown-token" }, { reason: "unknown-token", alsoRefused: 99 }]);
    expect(leakInLog(log.lines, { secrets: ["secrettoken", callId, "guess", "CX"], numbers: [] })).toBeUndefined();
    expect(JSON.stringify(log.lines)).toContain("01234567…");
  });
});
