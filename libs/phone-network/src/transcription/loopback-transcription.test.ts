import { MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { sampleCodec } from "../audio/sample-codec.ts";
import { speakTones } from "../tones/index.ts";
import type { TranscriptionDialect, TranscriptionVendor } from "./dialect.ts";
import { openTranscription, type LoopbackTranscription, type TranscriptionParts } from "./loopback-transcription.ts";

/** Says in plain words what it is told to say. Text from the client asks: `flush`, `end`, `alive`. */
function acme({ greets = true, format = MULAW_8K, hearsSilence = true, eager = false } = {}): TranscriptionVendor {
  return {
    greets,
    refuse: (status) => ({ status, headers: { "x-acme": "no" }, body: "refused" }),
    admit({ url, headers }) {
      if (url.pathname !== "/listen") return { status: 404 };
      if (headers["authorization"] !== "key") return { status: 401, body: "who are you?" };
      return (peer): TranscriptionDialect => {
        peer.hears({ format, ...(hearsSilence && { endSilenceMs: 500 }) });
        return {
          idleMs: 5_000,
          idle: () => peer.close(4_000, "idle"),
          opened: () => greets && peer.send("hello"),
          received(message) {
            if (typeof message !== "string") peer.audio(message);
            else if (message === "flush") peer.flushAsked();
            else if (message === "end") peer.finishAsked();
            else peer.keptAlive();
          },
          speechStarted: (atMs) => peer.send(`begin ${Math.round(atMs)}`),
          partial: (text) => peer.send(`partial ${text}`),
          final: (text) => peer.send(`final ${text}`),
          ...(eager && { eager: (text: string) => peer.send(`eager ${text}`), resumed: () => peer.send("resumed") }),
          flushed: () => peer.send("flushed"),
          ended: () => peer.close(1000, "bye"),
          garbage: () => [{ acme: "nonsense" }],
        };
      };
    },
  };
}

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function start(vendor: TranscriptionVendor, options: Partial<TranscriptionParts> = {}): Promise<LoopbackTranscription> {
  const loopback = await openTranscription({ vendor, section: (origin) => ({ baseUrl: origin }), ...options });
  open.push(loopback);
  return loopback;
}

/** A client, with all that it was told. */
function connect({ origin }: LoopbackTranscription, path = "/listen", authorization = "key") {
  const told: string[] = [];
  const socket = new WebSocket(`${origin}${path}`, { headers: { authorization } });
  open.push({ close: () => socket.terminate() });
  socket.on("error", (error) => told.push(error.message));
  socket.on("message", (data: Buffer) => told.push(data.toString()));
  socket.on("close", (code, reason) => told.push(`closed ${code} ${reason.toString()}`.trim()));
  return {
    socket,
    told,
    opened: () => vi.waitFor(() => expect(socket.readyState).toBe(WebSocket.OPEN)),
    hears: (...lines: string[]) => vi.waitFor(() => expect(told).toEqual(lines), { timeout: 3_000 }),
  };
}

function sound(format: AudioFormat, ...parts: (string | number)[]): Uint8Array {
  const codec = sampleCodec(format);
  const pieces = parts.map((part) => (typeof part === "string" ? speakTones(part, format.sampleRate) : new Int16Array((part * format.sampleRate) / 1000)));
  return Buffer.concat(
    pieces.map((samples) => {
      const bytes = new Uint8Array(samples.length * codec.bytesPerSample);
      codec.encode(samples, bytes);
      return bytes;
    }),
  );
}

describe("a fake transcription service", () => {
  it.each([MULAW_8K, pcm16(16_000)])("hears texts in $encoding at $sampleRate Hz, and ends a turn after silence", async (format) => {
    const client = connect(await start(acme({ format })));
    await client.opened();
    client.socket.send(sound(format, 100, "Good morning", 200, "to you", 600, "Bye", 600));
    await vi.waitFor(() => expect(client.told.at(-1)).toBe("final Bye"), { timeout: 3_000 });
    expect(client.told.filter((line) => !line.startsWith("partial"))).toEqual(["hello", "begin 100", "final Good morning to you", expect.stringMatching(/^begin \d+$/), "final Bye"]);
    expect(client.told).toContain("partial Good morning");
    expect(client.told).toContain("partial Good morning to you");
  });

  it("announces the end early where the vendor does, and takes it back", async () => {
    const client = connect(await start(acme({ eager: true })));
    await client.opened();
    client.socket.send(sound(MULAW_8K, 100, "One", 300, "two", 600));
    await vi.waitFor(() => expect(client.told.at(-1)).toBe("final One two"), { timeout: 3_000 });
    expect(client.told.filter((line) => /^(eager|resumed|final)/.test(line))).toEqual(["eager One", "resumed", "eager One two", "final One two"]);
  });

  it("without ears for silence waits for a flush, or the end", async () => {
    const client = connect(await start(acme({ hearsSilence: false })));
    await client.opened();
    client.socket.send(sound(MULAW_8K, "One", 3_000));
    client.socket.send("flush");
    client.socket.send(sound(MULAW_8K, "Two", 3_000));
    client.socket.send("end");
    await vi.waitFor(() => expect(client.told.at(-1)).toBe("closed 1000 bye"), { timeout: 3_000 });
    expect(client.told.filter((line) => !/^(partial|begin)/.test(line))).toEqual(["hello", "final One", "flushed", "final Two", "closed 1000 bye"]);
  });

  it("does not understand what is not whole", async () => {
    const client = connect(await start(acme()));
    await client.opened();
    const whole = sound(MULAW_8K, 100, "Good morning", 600);
    client.socket.send(Buffer.concat([whole.subarray(0, 2_000), whole.subarray(2_160)]));
    await vi.waitFor(() => expect(client.told.at(-1)).toBe("final (inaudible)"), { timeout: 3_000 });
  });

  it("says only what a test has it say where it has no ears", async () => {
    const service = await start(acme(), { recognises: false });
    const client = connect(service);
    await client.hears("hello");
    const [session] = service.sessions;
    client.socket.send(sound(MULAW_8K, "Nobody hears this", 600));
    client.socket.send("flush");
    await client.hears("hello", "flushed");
    session?.partial?.("Yes");
    session?.final("Yes.");
    session?.final("Yes.");
    session?.partial?.("And");
    client.socket.send("flush");
    await vi.waitFor(() => expect(session?.flushes).toBe(2));
    session?.answerFlush("And no.");
    session?.lastResult("Bye.");
    client.socket.send("end");
    const at = `begin ${Math.round(session?.received().length ?? 0) / 8}`;
    await client.hears("hello", "flushed", at, "partial Yes", "final Yes.", at, "final Yes.", at, "partial And", "final And no.", "flushed", at, "final Bye.", "closed 1000 bye");
  });

  it("keeps what came, and counts what kept it alive", async () => {
    const clock = createVirtualClock();
    const service = await start(acme(), { recognises: false, clock });
    const client = connect(service);
    await client.hears("hello");
    client.socket.send(Buffer.from([1, 2]));
    client.socket.send(Buffer.from([3]));
    await clock.advance(4_000);
    client.socket.send("alive");
    await vi.waitFor(() => expect(service.sessions[0]).toMatchObject({ keepAlives: 1, open: true }));
    expect([...(service.sessions[0]?.received() ?? [])]).toEqual([1, 2, 3]);
    await clock.advance(4_999);
    expect(service.sessions[0]?.open).toBe(true);
    await clock.advance(1);
    await client.hears("hello", "closed 4000 idle");
    await vi.waitFor(() => expect(service.sessions[0]?.open).toBe(false));
    expect(clock.pending).toBe(0);
  });

  it("has only what its vendor has", async () => {
    const service = await start(acme());
    await connect(service).hears("hello");
    const [session] = service.sessions;
    expect([session?.eager, session?.resumed, session?.failItem, session?.finalsReversed, session?.expire]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it("says what nobody can make sense of, and breaks connections, at a test's wish", async () => {
    const service = await start(acme());
    const client = connect(service);
    await client.hears("hello");
    service.sessions[0]?.garbage();
    await vi.waitFor(() => expect(client.told).toContain('{"acme":"nonsense"}'));
    expect(client.told).toEqual(expect.arrayContaining(["{", "null", "[]"]));
    service.sessions[0]?.drop();
    await vi.waitFor(() => expect(client.told.at(-1)).toBe("closed 1006"));
  });
});

describe("connecting to a fake transcription service", () => {
  it("fails as the vendor lets it fail", async () => {
    const service = await start(acme());
    await connect(service, "/elsewhere").hears("Unexpected server response: 404", "closed 1006");
    await connect(service, "/listen", "another key").hears("Unexpected server response: 401", "closed 1006");
    expect(service).toMatchObject({ attempts: 2, sessions: [] });
  });

  it.each([
    ["unauthorized", 401],
    ["rate-limited", 429],
    ["server-error", 500],
  ] as const)("is refused at a test's wish: %s", async (fault, status) => {
    const service = await start(acme());
    service.faults.next(fault);
    await connect(service).hears(`Unexpected server response: ${status}`, "closed 1006");
    await connect(service).hears("hello");
  });

  it.each([true, false])("breaks before anything is said, where the service greets: %s", async (greets) => {
    const service = await start(acme({ greets }));
    service.faults.always("drop-before-ready");
    const client = connect(service);
    await vi.waitFor(() => expect(client.told.at(-1)).toBe("closed 1006"));
    expect(client.told).not.toContain("hello");
    service.faults.always();
    const next = connect(service);
    await next.opened();
  });

  it("is never answered, or never greeted", async () => {
    const [greeting, terse] = [await start(acme()), await start(acme({ greets: false }))];
    for (const service of [greeting, terse]) service.faults.next("never-ready");
    const [mute, unanswered] = [connect(greeting), connect(terse)];
    await mute.opened();
    greeting.sessions[0]?.final("Nobody is told.");
    await vi.waitFor(() => expect(terse.attempts).toBe(1));
    greeting.sessions[0]?.drop();
    await mute.hears("closed 1006");
    expect(unanswered.socket.readyState).toBe(WebSocket.CONNECTING);
    expect(terse.sessions).toEqual([]);
  });

  it("needs a port that is free", async () => {
    const { origin } = await start(acme());
    await expect(start(acme(), { port: Number(new URL(origin).port) })).rejects.toMatchObject({ code: "unavailable" });
  });

  it("is answered with a hint where it is no WebSocket", async () => {
    const { origin } = await start(acme());
    expect((await fetch(origin.replace("ws:", "http:"))).status).toBe(426);
  });
});
