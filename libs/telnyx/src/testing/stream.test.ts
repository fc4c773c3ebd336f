import { afterEach, describe, expect, it } from "vitest";
import { ALAW_8K, MULAW_8K, type AudioFormat } from "@openclaw/telephony-contract";
import type { MediaStream } from "@openclaw/phone-network";
import { benches, type Bench } from "../test/bench.ts";
import type { OurSocket } from "../test/our-socket.ts";
import { spoken, understood } from "../test/tones.ts";
import { ACCOUNT } from "./account.ts";
import type { StreamManners } from "./stream.ts";

const open = benches(afterEach);
const URL = "wss://telephone.example.com/stream/t0ken";
const media = (bytes: Uint8Array) => ({ event: "media", media: { payload: Buffer.from(bytes).toString("base64") } });

interface Streaming {
  readonly bench: Bench;
  readonly socket: OurSocket;
  readonly stream: MediaStream;
}

/** A stream that has begun, with our end of it. */
async function streaming(manners: Partial<StreamManners> = {}): Promise<Streaming> {
  const bench = await open();
  Object.assign(bench.fake.manners, manners);
  await bench.talk();
  await bench.perform({ kind: "connectMedia", url: URL });
  await bench.until(() => (bench.sockets[0]?.received.length ?? 0) > 1);
  const [socket, stream] = [bench.sockets[0] as OurSocket, bench.fake.streams[0]];
  if (!stream) throw new Error("there is no stream");
  return { bench, socket, stream };
}

/** How Telnyx answers a command: `ok`, or the code of its refusal. */
async function ask({ call, fake }: Bench, command: string, body: object): Promise<string> {
  const url = `https://api.telnyx.com/v2/calls/${encodeURIComponent(call.carrierIds[0] ?? "")}/actions/${command}`;
  const headers = { authorization: `Bearer ${ACCOUNT.apiKey}`, "content-type": "application/json" };
  const reply = await fake.handle(new Request(url, { method: "POST", headers, body: JSON.stringify(body) }));
  const { errors = [] } = (await reply.json()) as { errors?: { code: string }[] };
  return errors[0]?.code ?? "ok";
}

/** What the carrier sent of the caller's sound, in the order of its numbers, through the carrier's codec. */
function soundOf(bench: Bench, { received }: OurSocket): Uint8Array {
  const session = bench.carrier.frames?.open();
  const frames = received.flatMap((message) => session?.decode(JSON.stringify(message)) ?? []);
  expect(frames.filter(({ type }) => type === "error")).toEqual([]);
  const audio = frames.filter((frame) => frame.type === "audio").toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  return Buffer.concat(audio.map(({ payload }) => payload));
}

describe("a stream of the fake", () => {
  it("is greeted and started, and brings 20 ms of sound every 20 ms", async () => {
    const { bench, socket } = await streaming();
    await bench.clock.advance(60);
    const [connected, start, ...frames] = socket.received;
    expect(connected).toEqual({ event: "connected", version: "1.0.0" });
    expect(start).toMatchObject({ event: "start", sequence_number: "1", start: { call_control_id: bench.call.carrierIds[0], from: "+15550100001", media_format: { encoding: "PCMU", sample_rate: 8000, channels: 1 } } });
    expect(Buffer.from(String((start?.start as { client_state?: unknown }).client_state), "base64").toString()).toContain('"activity":"media"');
    expect(frames.map(({ sequence_number, media }) => [sequence_number, { ...(media as object), payload: "" }])).toEqual(
      [0, 20, 40].map((timestamp, index) => [String(index + 2), { track: "inbound", chunk: String(index + 1), timestamp: String(timestamp), payload: "" }]),
    );
    expect(Buffer.from((frames[0]?.media as { payload: string }).payload, "base64")).toHaveLength(160);
  });

  it.each([
    ["PCMU", MULAW_8K],
    ["PCMA", ALAW_8K],
  ] as [StreamManners["codec"], AudioFormat][])("carries what the caller says, in %s", async (codec, format) => {
    const { bench, socket } = await streaming({ codec });
    void bench.person.say("Hello, é?");
    await bench.clock.advance(2_000);
    expect(await understood(soundOf(bench, socket), format)).toEqual(["Hello, é?"]);
  });

  it("brings frames in another order where it is told to, and loses none", async () => {
    const { bench, socket } = await streaming({ unordered: true });
    void bench.person.say("Hello.");
    await bench.clock.advance(2_000);
    const chunks = socket.of("media").map(({ media }) => Number((media as { chunk: string }).chunk));
    expect(chunks.slice(0, 7)).toEqual([1, 2, 3, 4, 6, 5, 7]);
    expect(await understood(soundOf(bench, socket), MULAW_8K)).toEqual(["Hello."]);
  });

  it("plays what we say in real time, and returns marks when they are reached", async () => {
    const { bench, socket, stream } = await streaming();
    const sound = await spoken("Good morning.", MULAW_8K);
    socket.send(media(sound));
    socket.send({ event: "mark", mark: { name: "g1-m1" } });
    await bench.clock.advance(sound.length / 8 - 40);
    expect(socket.of("mark")).toEqual([]);
    await bench.clock.advance(100);
    expect(socket.of("mark")).toMatchObject([{ mark: { name: "g1-m1" } }]);
    await bench.clock.advance(500);
    expect(stream.heard).toMatchObject({ texts: [{ text: "Good morning.", complete: true }], damaged: [], underruns: [] });
    expect(bench.person.heard()).toEqual([{ kind: "say", text: "Good morning." }]);
  });

  it("drops what was not played on a clear, and returns all marks at once", async () => {
    const { bench, socket, stream } = await streaming();
    socket.send(media(await spoken("Good morning to you and to all of yours.", MULAW_8K)));
    socket.send({ event: "mark", mark: { name: "g1-m1" } });
    await bench.clock.advance(800);
    socket.send({ event: "clear" });
    await bench.settle();
    expect(socket.of("mark")).toMatchObject([{ mark: { name: "g1-m1" } }]);
    await bench.clock.advance(500);
    expect(stream.heard).toMatchObject({ texts: [{ complete: false }], clears: 1, bufferedMs: 0 });
  });

  it("lets nobody hear us where nobody asked for more than the default", async () => {
    const bench = await open();
    await bench.talk();
    expect(await ask(bench, "streaming_start", { stream_url: URL, stream_bidirectional_mode: "rtp" })).toBe("ok");
    await bench.until(() => bench.fake.streams[0]?.state === "open");
    bench.sockets[0]?.send(media(new Uint8Array(160)));
    await bench.settle();
    expect(bench.fake.streams[0]?.refused).toEqual([]);
    expect(bench.fake.streams[0]?.heard.maxBufferedMs).toBe(0);
  });

  it.each([
    ["what is no JSON", "@@", "100003"],
    ["an unknown event", { event: "mark2", mark: { name: "x" } }, "100003"],
    ["a field too many", { event: "clear", stream_id: "x" }, "100003"],
    ["a field too few", { event: "media" }, "100003"],
    ["a mark without a name", { event: "mark", mark: {} }, "100003"],
    ["keys", { event: "dtmf", dtmf: { digits: "1" } }, "100003"],
    ["what is no base64", { event: "media", media: { payload: "a b=" } }, "100004"],
    ["less than 20 ms", media(new Uint8Array(159)), "100004"],
    ["more than 30 s", media(new Uint8Array(240_001)), "100004"],
  ] as [string, object | string, string][])("does not take %s, and says so", async (_, message, code) => {
    const { bench, socket, stream } = await streaming();
    socket.send(message);
    await bench.settle();
    expect(stream.refused).toMatchObject([{ code }]);
    expect(socket.of("error")).toMatchObject([{ payload: { code: Number(code), title: code === "100003" ? "malformed_frame" : "invalid_media" } }]);
    expect(bench.carrier.frames?.open().decode(JSON.stringify(socket.of("error")[0]))).toMatchObject([{ type: "error", code: `telnyx-${code}` }]);
    expect(stream.state).toBe("open");
  });

  it.each([
    ["we close it", "us", "stopped", ({ socket }) => socket.close()],
    ["it breaks", "network", "failed", ({ stream }) => stream.drop()],
    ["the caller hangs up", "carrier", "stopped", ({ bench }) => void bench.person.hangUp()],
  ] as [string, string, string, (streaming: Streaming) => void][])("is over when %s, and the telephone is told", async (_, by, state, end) => {
    const streamed = await streaming();
    await streamed.bench.clock.advance(100);
    end(streamed);
    await streamed.bench.until(() => streamed.bench.of("media").length === 2);
    expect(streamed.stream).toMatchObject({ state: "closed", endedBy: by });
    expect(streamed.bench.of("media").at(-1)).toMatchObject({ state });
    const { length } = streamed.socket.received;
    await streamed.bench.clock.advance(1_000);
    expect(streamed.socket.received).toHaveLength(length);
  });

  it("is one at a time, and none beside what takes the line for itself", async () => {
    const { bench } = await streaming();
    const start = { stream_url: URL, stream_bidirectional_mode: "rtp" };
    expect(await ask(bench, "streaming_start", start)).toBe("90045");
    expect(await ask(bench, "speak", { payload: "Hello", voice: "AWS.Polly.Joanna" })).toBe("90045");
    expect(await ask(bench, "streaming_start", { stream_url: "https://telephone.example.com/x", stream_bidirectional_mode: "rtp" })).toBe("10015");
    expect(await ask(bench, "streaming_start", { stream_url: URL })).toBe("10015");
    expect(await ask(bench, "streaming_stop", {})).toBe("ok");
    expect(await ask(bench, "streaming_stop", {})).toBe("90048");
    expect(await ask(bench, "speak", { payload: "Hello", voice: "AWS.Polly.Joanna" })).toBe("ok");
  });
});
