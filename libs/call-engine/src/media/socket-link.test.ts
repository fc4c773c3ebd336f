import { TelephonyError, type MediaLinkEvent } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createMediaRoom, endOf, listenTo } from "./media-room.test-support.ts";
import { MemorySocket } from "./memory-socket.test-support.ts";
import { carrierSays, changed } from "./strict-codec.test-support.ts";

const FRAME = new Uint8Array(160).fill(7);
const played = { event: "play", data: Buffer.from(FRAME).toString("base64") };

describe("a link over a media socket hears", () => {
  it("the caller's frames, keys, marks and faults, and none of what we said ourselves", () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    const heard = listenTo(link);
    socket.say(
      carrierSays.audio(1),
      carrierSays.audio(2, "outbound"),
      carrierSays.key("5"),
      carrierSays.audio(2),
      carrierSays.played("g1-1"),
      carrierSays.cleared(),
      carrierSays.trouble("overload"),
      "{",
    );
    expect(heard).toEqual([1, "key 5", 2, "mark g1-1", "cleared", "error overload", "error malformed"]);
  });

  it("frames in order, each with its time", () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    const heard: MediaLinkEvent[] = [];
    link.listen((event) => void heard.push(event));
    socket.say(...[1, 3, 2, 4].map((n) => carrierSays.audio(n)));
    expect(heard.map((event) => event.type === "audio" && [event.payload[0], event.timeMs])).toEqual([[1, 0], [2, 20], [3, 40], [4, 60]]);
  });

  it("frames of a carrier that numbers and dates nothing, dated by their length", () => {
    const { stream, frames } = createMediaRoom();
    frames.codec = changed((decoded) => decoded.map((frame) => (frame.type === "audio" ? { type: "audio", payload: frame.payload, track: frame.track } : frame)));
    const { socket, link } = stream();
    const times: unknown[] = [];
    link.listen((event) => void times.push(event.type === "audio" && event.timeMs));
    socket.say(...[1, 9, 5].map((n) => carrierSays.audio(n)));
    expect(times).toEqual([0, 20, 40]);
  });

  it("what came before anybody listened: the latest second of audio, and every key", () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    socket.say(carrierSays.key("1"), ...Array.from({ length: 60 }, (_, i) => carrierSays.audio(i + 1)), carrierSays.key("2"));
    const heard = listenTo(link);
    expect(heard).toEqual(["key 1", ...Array.from({ length: 50 }, (_, i) => i + 11), "key 2"]);
    socket.say(carrierSays.audio(61));
    expect(heard.at(-1)).toBe(61);
  });

  it("audio that was only lent, as it was when it came", () => {
    const { stream, frames } = createMediaRoom();
    const lent = new Uint8Array(160);
    frames.codec = changed((decoded) => decoded.map((frame) => (frame.type === "audio" ? (lent.set(frame.payload), { ...frame, payload: lent }) : frame)));
    const { socket, link } = stream();
    socket.say(...[1, 2, 4, 3].map((n) => carrierSays.audio(n)));
    expect(listenTo(link)).toEqual([1, 2, 3, 4]);
  });

  it("no more than a bounded number of events before anybody listens", () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    for (let i = 0; i < 500; i++) socket.say(carrierSays.played(`m${i}`));
    expect(listenTo(link)).toEqual(Array.from({ length: 128 }, (_, i) => `mark m${372 + i}`));
  });

  it("everything through the latest listener alone", () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    const first = listenTo(link);
    socket.say(carrierSays.audio(1));
    const second = listenTo(link);
    socket.say(carrierSays.audio(2));
    expect([first, second]).toEqual([[1], [2]]);
  });

  it("nothing after a listener threw, since that is a defect", async () => {
    const { stream, logged } = createMediaRoom();
    const { socket, link } = stream();
    let events = 0;
    link.listen(() => {
      events++;
      throw new Error("defect");
    });
    socket.say(carrierSays.audio(1), carrierSays.audio(2));
    expect([events, await endOf(link), logged("error").length]).toEqual([1, { by: "us", reason: "internal" }, 1]);
  });
});

describe("a link over a media socket sends", () => {
  it("audio, marks, clears and keys in the carrier's words", () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    expect(link.send(FRAME)).toBe(true);
    link.mark("g1-1");
    link.clear();
    link.sendDigits?.("12#");
    expect(socket.messages).toEqual([played, { event: "mark", name: "g1-1" }, { event: "clear" }, { event: "press", keys: "12#" }]);
  });

  it("no faster than the other end takes it, and a clear all the same", async () => {
    const { stream, clock } = createMediaRoom();
    const { socket, link } = stream("a", "token1", new MemorySocket(true));
    let sent = 0;
    while (link.send(FRAME)) sent++;
    expect(socket.bufferedBytes).toBeGreaterThan(64 * 1024);
    expect(socket.bufferedBytes).toBeLessThan(65 * 1024);
    let writable = 0;
    void link.writable().then(() => writable++);
    void link.writable().then(() => writable++);
    link.clear();
    expect(socket.messages.at(-1)).toEqual({ event: "clear" });
    socket.drain(64 * 1024 + 1);
    await clock.settle();
    expect(writable).toBe(0);
    socket.drain(1000);
    await clock.settle();
    expect([writable, link.send(FRAME), sent > 100]).toEqual([2, true, true]);
    await link.writable();
  });

  it("until a megabyte waits: then the other end counts as dead", async () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream("a", "token1", new MemorySocket(true));
    while (link.send(FRAME));
    const waiting = link.writable();
    for (let i = 0; i < 200; i++) link.send(new Uint8Array(8000));
    expect([socket.terminated, await endOf(link)]).toEqual([true, { by: "us", reason: "backpressure" }]);
    expect(socket.bufferedBytes).toBeLessThan(1024 * 1024 + 16 * 1024);
    await waiting;
    expect(link.send(FRAME)).toBe(false);
    await link.writable();
  });

  it("nothing that the carrier would not take", async () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    expect(link.send(new Uint8Array(8))).toBe(false);
    expect([socket.sent, await endOf(link)]).toEqual([[], { by: "us", reason: "internal" }]);
  });
});

describe("a link over a media socket ends", () => {
  it("once, by us, with the reason that was given", async () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    const heard = listenTo(link);
    link.close("x".repeat(200));
    link.close("again");
    link.mark("late");
    link.clear();
    socket.say(carrierSays.audio(1));
    socket.hangUp(1000);
    expect(socket.closing).toEqual({ code: 1000, reason: "x".repeat(40) });
    expect([await endOf(link), socket.sent, heard]).toEqual([{ by: "us", reason: "x".repeat(200) }, [], []]);
  });

  it.each([
    { name: "says so", end: (socket: MemorySocket) => socket.say(carrierSays.end()), expected: { by: "carrier", reason: "stopped-by-carrier" } },
    { name: "closes the socket", end: (socket: MemorySocket) => socket.hangUp(1000), expected: { by: "carrier", reason: "carrier-closed" } },
    { name: "closes it without a code", end: (socket: MemorySocket) => socket.hangUp(1005), expected: { by: "carrier", reason: "carrier-closed" } },
    { name: "is gone", end: (socket: MemorySocket) => socket.hangUp(1006), expected: { by: "network", reason: "network" } },
    { name: "cannot be reached", end: (socket: MemorySocket) => socket.fail(new Error("reset")), expected: { by: "network", reason: "network" } },
    { name: "sends too much at once", end: (socket: MemorySocket) => socket.fail(new TelephonyError("too-large", "")), expected: { by: "us", reason: "too-large" } },
    { name: "sends no WebSocket messages", end: (socket: MemorySocket) => socket.fail(new TelephonyError("protocol", "")), expected: { by: "us", reason: "protocol" } },
    { name: "breaks the protocol too often", end: (socket: MemorySocket) => socket.say(...Array<string>(21).fill("?")), expected: { by: "us", reason: "protocol" } },
    { name: "begins again and again", end: (socket: MemorySocket) => socket.say(...Array<string>(21).fill(carrierSays.begin(["CA"]))), expected: { by: "us", reason: "protocol" } },
  ])("when the carrier $name", async ({ end, expected }) => {
    const { stream, server, clock } = createMediaRoom();
    const { socket, link } = stream();
    end(socket);
    expect(await endOf(link)).toEqual(expected);
    expect(server.sizes.active).toBe(0);
    await clock.advance(3000);
    expect(clock.pending).toBe(0);
  });

  it("without a goodbye to whoever is gone, and without a timer", () => {
    const { stream, clock } = createMediaRoom();
    const { socket, link } = stream();
    socket.say(carrierSays.audio(1), carrierSays.audio(3));
    socket.hangUp();
    expect([socket.closing, clock.pending]).toEqual([undefined, 0]);
    const other = stream("b");
    other.socket.say(carrierSays.audio(1), carrierSays.audio(3));
    other.link.close("call-over");
    other.socket.hangUp();
    expect([clock.pending, listenTo(link)]).toEqual([0, []]);
  });

  it("after what the caller said last, though a frame before it was lost", async () => {
    const { stream } = createMediaRoom();
    const { socket, link } = stream();
    const heard = listenTo(link);
    socket.say(carrierSays.audio(1), carrierSays.audio(3), carrierSays.end());
    expect([heard, await endOf(link)]).toEqual([[1, 3], { by: "carrier", reason: "stopped-by-carrier" }]);
  });
});
