import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it, vi } from "vitest";
import { audio, openSession } from "./fake-socket.test-support.ts";

const text = (character: string, ms: number) => Buffer.from(audio(character, ms)).toString();

describe("a session over sockets", () => {
  it("goes where the protocol says, with its headers", () => {
    const { latest } = openSession();
    expect(latest()).toMatchObject({ url: "wss://acme.example/listen", options: { headers: { authorization: "Token t" }, perMessageDeflate: false } });
  });

  it("sends what waited for the service, and then what comes, in order", () => {
    const { session, latest, becomesReady, told } = openSession();
    session.write(audio("a", 20));
    session.write(audio("b", 20));
    expect(latest().sent).toEqual([]);
    becomesReady();
    session.write(audio("c", 20));
    expect(latest().audio).toBe(text("a", 20) + text("b", 20) + text("c", 20));
    expect(told).toEqual(["ready"]);
  });

  it("drops the oldest of what waits too long, counts it, and says so once", () => {
    const { session, latest, becomesReady, log } = openSession({}, { limits: { queueMs: 100 } });
    for (const character of "abcdefgh") session.write(audio(character, 20));
    becomesReady();
    expect(latest().audio).toBe([..."defgh"].map((character) => text(character, 20)).join(""));
    expect(session.droppedMs).toBe(60);
    expect(log.lines.filter(({ level }) => level === "warn")).toMatchObject([{ message: "Acme is not ready: the oldest audio is dropped", fields: { keptMs: 100 } }]);
  });

  it("gathers audio into messages of the least length, and sends the rest before a flush", async () => {
    const { session, latest, becomesReady, wire } = openSession({ chunkMs: 80, flush: (wire) => wire.send("flush") });
    becomesReady();
    for (const character of "abcde") session.write(audio(character, 20));
    expect(latest().sent.map(({ length }) => length)).toEqual([640]);
    const flushed = session.flush();
    expect(latest().sent.map((one) => (typeof one === "string" ? one : one.length))).toEqual([640, 160, "flush"]);
    wire().flushed();
    await flushed;
  });

  it("sends a long wait in messages that every service takes", () => {
    const { session, latest, becomesReady } = openSession();
    session.write(audio("a", 1_200));
    becomesReady();
    expect(Math.max(...latest().sent.map(({ length }) => length))).toBeLessThanOrEqual(4_000);
    expect(latest().audio).toBe(text("a", 1_200));
  });

  it("counts a connection's audio from its own begin", async () => {
    const { session, clock, latest, becomesReady, wire } = openSession();
    becomesReady();
    session.write(audio("a", 60));
    expect(wire()).toMatchObject({ startMs: 0, sentMs: 60 });
    wire().heardThrough(40);
    latest().ends();
    await clock.advance(250);
    becomesReady();
    expect(wire()).toMatchObject({ startMs: 40, sentMs: 20 });
  });
});

describe("a connection that is lost", () => {
  it("is replaced, and what was not final is sent again", async () => {
    const restarted = vi.fn();
    const { session, clock, latest, sockets, becomesReady, wire, told, log } = openSession({ restarted });
    becomesReady();
    for (const character of "abc") session.write(audio(character, 20));
    wire().heardThrough(30);
    latest().ends();
    session.write(audio("d", 20));
    expect(session.state).toBe("waiting");
    await clock.advance(250);
    expect(sockets).toHaveLength(2);
    becomesReady();
    expect(latest().audio).toBe(text("b", 10) + text("c", 20) + text("d", 20));
    expect(restarted).toHaveBeenCalledExactlyOnceWith(30);
    expect(told).toEqual(["ready", "again"]);
    expect(log.lines.map(({ message }) => message)).toEqual(["Acme is lost, another connection is made", "Acme is connected again"]);
  });

  it("is sent again no more than is kept", async () => {
    const { session, clock, latest, becomesReady } = openSession({}, { limits: { replayMs: 40 } });
    becomesReady();
    for (const character of "abcd") session.write(audio(character, 20));
    latest().ends();
    await clock.advance(250);
    becomesReady();
    expect(latest().audio).toBe(text("c", 20) + text("d", 20));
    expect(session.droppedMs).toBe(0);
  });

  it("is waited for longer each time, and given up after the last attempt", async () => {
    const { clock, sockets, latest, becomesReady, failures, session } = openSession({}, { limits: { maxReconnects: 3 } });
    becomesReady();
    const pauses: number[] = [];
    for (latest().ends(); session.state === "waiting"; latest().ends()) {
      const [count, before] = [sockets.length, clock.monotonic()];
      await clock.runUntil(() => sockets.length > count, 5_000);
      pauses.push(clock.monotonic() - before);
    }
    expect(pauses).toEqual([250, 500, 1_000]);
    expect(failures).toMatchObject([{ code: "unavailable", retryable: true, message: "Acme closed the connection (code 1006)" }]);
    expect(clock.pending).toBe(0);
  });

  it("is forgiven after half a minute of good service", async () => {
    const { clock, sockets, latest, becomesReady, failures } = openSession({}, { limits: { maxReconnects: 1 } });
    becomesReady();
    for (let times = 0; times < 3; times++) {
      const { length } = sockets;
      latest().ends();
      await clock.runUntil(() => sockets.length > length, 5_000);
      becomesReady();
      await clock.advance(30_000);
    }
    expect(failures).toEqual([]);
  });

  it("is one that takes no audio any more", () => {
    const { session, latest, becomesReady } = openSession();
    becomesReady();
    const socket = latest();
    socket.bufferedAmount = 9 * 1024 * 1024;
    session.write(audio("a", 20));
    expect(socket.terminated).toBe(true);
    expect(session.state).toBe("waiting");
  });

  it("is one that is silent and does not answer", async () => {
    const { session, clock, latest, becomesReady } = openSession();
    becomesReady();
    const socket = latest();
    await clock.advance(3_000);
    expect(socket.pings).toBe(1);
    socket.answersPings = false;
    await clock.advance(2_999);
    socket.says("something");
    await clock.advance(3_000);
    expect([socket.pings, session.state]).toEqual([2, "ready"]);
    await clock.advance(2_999);
    expect(session.state).toBe("ready");
    await clock.advance(1);
    expect([session.state, socket.terminated]).toEqual(["waiting", true]);
  });

  it("is one that is not ready in time, each time anew", async () => {
    const { clock, sockets, latest, becomesReady, failures } = openSession();
    becomesReady();
    latest().ends();
    await clock.advance(250);
    latest().opens();
    await clock.advance(10_000);
    expect(failures).toEqual([]);
    await clock.advance(500);
    expect(sockets).toHaveLength(3);
    expect(sockets[1]?.terminated).toBe(true);
  });

  it("says nothing any more", async () => {
    const { clock, latest, sockets, becomesReady, wire, session, told } = openSession();
    becomesReady();
    const [old, lost] = [wire(), sockets[0]!];
    latest().ends();
    await clock.advance(250);
    becomesReady();
    session.write(audio("a", 20));
    old.heardThrough(Infinity);
    old.feed(audio("x", 20));
    old.fail(new TelephonyError("internal", "late"));
    old.lost(new TelephonyError("internal", "late"));
    lost.says("ready");
    lost.ends();
    expect(latest().audio).toBe(text("a", 20));
    expect(told).toEqual(["ready", "again"]);
  });
});

describe("a service that does not become ready", () => {
  it.each([
    [401, "auth-failed"],
    [403, "auth-failed"],
    [400, "invalid-request"],
    [404, "config-invalid"],
    [200, "config-invalid"],
  ])("is not asked twice after HTTP %i", async (status, code) => {
    const { clock, sockets, refused, failures, told } = openSession();
    refused(status);
    await clock.advance(60_000);
    expect(failures).toMatchObject([{ code, retryable: false }]);
    expect(told).toEqual(["failed"]);
    expect(sockets).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("is asked again after a fault of its own, within the deadline", async () => {
    const { clock, sockets, refused, failures } = openSession();
    for (let attempt = 1; failures.length === 0; attempt++) {
      refused(503);
      await clock.runUntil(() => sockets.length > attempt || failures.length > 0, 10_000);
    }
    expect(clock.monotonic()).toBe(10_000);
    expect(failures).toMatchObject([{ code: "unavailable", retryable: true, message: "Connecting to Acme: the provider is faulty or busy at the moment (HTTP 503)" }]);
  });

  it("is given the pause that it asks for, where the call has the time", async () => {
    const { clock, sockets, refused } = openSession();
    refused(429, { "retry-after": "2" });
    await clock.advance(1_999);
    expect(sockets).toHaveLength(1);
    await clock.advance(1);
    expect(sockets).toHaveLength(2);
  });

  it("is given up where the pause is too long", () => {
    const { refused, failures } = openSession();
    refused(429, { "retry-after": "3600" });
    expect(failures).toMatchObject([{ code: "rate-limited", retryAfterMs: 3_600_000 }]);
  });

  it("is late after ten seconds", async () => {
    const { clock, latest, failures, session } = openSession();
    latest().opens();
    await clock.advance(9_999);
    expect(failures).toEqual([]);
    await clock.advance(1);
    expect(failures).toMatchObject([{ code: "timeout", retryable: true, message: "Acme was not ready within 10000 ms" }]);
    expect(session.state).toBe("closed");
  });

  it("has no usable address, which is told when there is someone to be told", async () => {
    const { failures, clock } = openSession({
      connect: () => {
        throw new TypeError("Invalid URL");
      },
    });
    expect(failures).toEqual([]);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
    expect(failures).toMatchObject([{ code: "config-invalid", retryable: false }]);
  });

  it("can say by its close that nothing helps", () => {
    const { latest, becomesReady, failures } = openSession({ closed: (code, reason) => (code === 1008 ? new TelephonyError("invalid-request", `Acme refuses: ${reason}`) : undefined) });
    becomesReady();
    latest().ends(1008, "WRONG-AUDIO");
    expect(failures).toMatchObject([{ code: "invalid-request", message: "Acme refuses: WRONG-AUDIO" }]);
  });
});
