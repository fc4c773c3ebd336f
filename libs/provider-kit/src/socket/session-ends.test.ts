import { describe, expect, it, vi } from "vitest";
import { audio, openSession } from "./fake-socket.test-support.ts";

describe("a flush", () => {
  const flushing = { flush: (wire: { send(message: string): void }) => wire.send("flush") };

  it("is done when its answer came", async () => {
    const { session, latest, becomesReady, wire, clock } = openSession(flushing);
    becomesReady();
    const { pending } = clock;
    const done = vi.fn();
    const flushed = session.flush().then(done);
    await clock.settle();
    expect(done).not.toHaveBeenCalled();
    expect(latest().messages).toEqual(["flush"]);
    wire().flushed();
    await flushed;
    expect(clock.pending).toBe(pending);
  });

  it("is done after two seconds in any case", async () => {
    const { session, becomesReady, clock } = openSession(flushing);
    becomesReady();
    const done = vi.fn();
    void session.flush().then(done);
    await clock.advance(1_999);
    expect(done).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(done).toHaveBeenCalledOnce();
  });

  it("waits for the one before, and is asked then", async () => {
    const { session, latest, becomesReady, wire } = openSession(flushing);
    becomesReady();
    const first = session.flush();
    const others = [session.flush(), session.flush()];
    expect(latest().messages).toEqual(["flush"]);
    wire().flushed();
    await first;
    expect(latest().messages).toEqual(["flush", "flush"]);
    wire().flushed();
    await Promise.all(others);
    expect(latest().messages).toEqual(["flush", "flush"]);
  });

  it("is asked again on the next connection, after what is sent again", async () => {
    const { session, latest, becomesReady, wire, clock } = openSession(flushing);
    becomesReady();
    session.write(audio("a", 20));
    const flushed = session.flush();
    latest().ends();
    await clock.advance(250);
    becomesReady();
    expect(latest().sent.map((one) => (typeof one === "string" ? one : one.length))).toEqual([160, "flush"]);
    wire().flushed();
    await flushed;
  });

  it("before the service is ready is asked after the audio that waited", async () => {
    const { session, latest, becomesReady, wire } = openSession(flushing);
    session.write(audio("a", 20));
    const flushed = session.flush();
    becomesReady();
    expect(latest().sent.map((one) => (typeof one === "string" ? one : one.length))).toEqual([160, "flush"]);
    wire().flushed();
    await flushed;
  });

  it("is done at once where the service has none", async () => {
    const { session, becomesReady } = openSession();
    becomesReady();
    await session.flush();
  });
});

describe("the end", () => {
  const finishing = { finish: (wire: { send(message: string): void }) => wire.send("end") };

  it("comes after the last results, when the service closes", async () => {
    const { session, latest, becomesReady, told, clock } = openSession(finishing);
    becomesReady();
    const socket = latest();
    session.write(audio("a", 20));
    const finished = session.finish();
    expect(socket.messages).toEqual(["end"]);
    socket.ends(1000);
    await finished;
    expect(session.state).toBe("closed");
    expect(told).toEqual(["ready"]);
    expect(clock.pending).toBe(0);
  });

  it("comes politely when the protocol says that everything is there", async () => {
    const { session, latest, becomesReady, wire } = openSession(finishing);
    becomesReady();
    const socket = latest();
    const finished = session.finish();
    wire().finished();
    expect(socket.closedWith).toBe(1000);
    socket.ends(1000);
    await finished;
  });

  it("comes after three seconds in any case, and breaks the connection", async () => {
    const { session, latest, becomesReady, clock } = openSession(finishing);
    becomesReady();
    const socket = latest();
    const finished = session.finish();
    await clock.advance(3_000);
    await finished;
    expect(socket.terminated).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("is polite at once where there is nothing to ask for", async () => {
    const { session, latest, becomesReady } = openSession();
    becomesReady();
    const socket = latest();
    const finished = session.finish();
    expect(socket.closedWith).toBe(1000);
    socket.ends(1000);
    await finished;
  });

  it("waits for a connection only where audio waits for it", async () => {
    const silent = openSession(finishing);
    await silent.session.finish();
    expect(silent.latest().terminated).toBe(true);

    const { session, latest, becomesReady } = openSession(finishing);
    session.write(audio("a", 20));
    const finished = session.finish();
    becomesReady();
    expect(latest().sent.map((one) => (typeof one === "string" ? one : one.length))).toEqual([160, "end"]);
    latest().ends(1000);
    await finished;
  });

  it("has no failure any more", async () => {
    const { session, refused, told } = openSession(finishing);
    session.write(audio("a", 20));
    const finished = session.finish();
    refused(401);
    await finished;
    expect(told).toEqual([]);
  });

  it("is for good: nothing is written, flushed or sent afterwards", async () => {
    const { session, latest, becomesReady, sockets, clock } = openSession();
    becomesReady();
    session.close();
    session.write(audio("a", 20));
    session.send("late");
    await session.flush();
    await session.finish();
    await clock.advance(60_000);
    expect(sockets).toHaveLength(1);
    expect(latest()).toMatchObject({ sent: [], terminated: true });
  });

  it("comes with its signal, also while another attempt is awaited", async () => {
    const { owner, latest, becomesReady, sockets, clock, told } = openSession();
    becomesReady();
    latest().ends();
    owner.abort();
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(sockets).toHaveLength(1);
    expect(told).toEqual(["ready"]);
  });

  it("was there before the begin, where the signal was", () => {
    const { sockets, session } = openSession({}, { signal: AbortSignal.abort() });
    expect(sockets).toEqual([]);
    expect(session.state).toBe("closed");
  });
});

describe("a session without audio", () => {
  it("beats every so often, and not beside audio", async () => {
    const { session, latest, becomesReady, clock } = openSession({ keepAlive: { everyMs: 4_000, beat: (wire) => wire.send("alive") } });
    becomesReady();
    for (let second = 0; second < 10; second++) {
      session.write(audio("a", 20));
      await clock.advance(1_000);
    }
    expect(latest().messages).toEqual([]);
    await clock.advance(11_000);
    expect(latest().messages).toEqual(["alive", "alive", "alive"]);
    session.close();
    expect(clock.pending).toBe(0);
  });

  it("can be given silence, which counts as audio", async () => {
    const { latest, becomesReady, clock, wire } = openSession({ keepAlive: { everyMs: 1_000, beat: (wire) => wire.feed(audio("_", 1_000)) } });
    becomesReady();
    await clock.advance(3_000);
    expect(wire().sentMs).toBe(3_000);
    expect(latest().audio).toBe("_".repeat(24_000));
  });
});

describe("a message that cannot be read", () => {
  it("is passed over, and noted once without its content", () => {
    const { latest, becomesReady, log, told } = openSession({
      received(message, wire) {
        if (message === "ready") wire.ready();
        else JSON.parse(String(message));
      },
    });
    becomesReady();
    latest().says("{ secret words");
    latest().says("{ more secret words");
    expect(log.lines).toEqual([{ level: "warn", message: "Acme sent a message that cannot be read", fields: { kind: "SyntaxError", length: 14 } }]);
    expect(told).toEqual(["ready"]);
  });

  it("may be bytes in pieces", () => {
    const messages: unknown[] = [];
    const { latest } = openSession({ received: (message) => messages.push(message) });
    latest().opens();
    latest().tell("message", [Buffer.from("a"), Buffer.from("b")], true);
    latest().tell("message", new Uint8Array([7]).buffer, true);
    latest().tell("message", Buffer.from("ä"), false);
    expect(messages.map((one) => (typeof one === "string" ? one : [...(one as Uint8Array)]))).toEqual([[97, 98], [7], "ä"]);
  });
});
