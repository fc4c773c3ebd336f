import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MULAW_8K } from "@openclaw/telephony-contract";
import { createFrameCodec } from "../frames.ts";
import { openBench, urlsOf, type Bench } from "../test/bench.ts";
import type { OurSocket } from "../test/our-socket.ts";
import { spoken, understood } from "../test/tones.ts";
import { ACCOUNT } from "./index.ts";
import { streamElement } from "../test/stream-element.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const urls = urlsOf("k1");
const URL = "wss://voice.example.com/stream/t0ken?a=1";
const BEHIND = "<Speak>And on we go.</Speak><Wait length=\"600\"/>";
const codec = createFrameCodec(ACCOUNT.authToken);
const media = (bytes: Uint8Array) => ({ event: "playAudio", media: { contentType: "audio/x-mulaw", sampleRate: 8000, payload: Buffer.from(bytes).toString("base64") } });
const told = () => bench.webhooks.filter(({ url }) => url === urls.media).map(({ fields }) => fields.get("Event"));
const heard = () => bench.party.heard();

/** A call that was answered and goes through a document with a stream. */
async function answered(stream = streamElement(URL, urls)): Promise<void> {
  bench.documents.set(urls.document, `<Response>${stream}${BEHIND}</Response>`);
  await bench.carrier.dial(bench.request());
  await bench.clock.advance(1);
  bench.party.answer();
  await bench.clock.advance(1);
}

/** A stream that has begun, with our end of it. */
async function streaming() {
  await answered();
  const [socket, stream] = [bench.sockets[0] as OurSocket, bench.fake.streams[0]];
  if (!stream) throw new Error("there is no stream");
  return { socket, stream, streamId: (socket.received[0]?.start as { streamId: string }).streamId };
}

describe("a stream of the fake", () => {
  it("is asked for with a signature over its URL, starts at once, and brings 20 ms of sound every 20 ms", async () => {
    const { socket, streamId } = await streaming();
    expect(bench.upgrades.map((request) => [request.url, codec.authorizeUpgrade?.(request), codec.authorizeUpgrade?.({ ...request, url: `${request.url}2` })])).toEqual([[URL, true, false]]);
    await bench.clock.advance(60);
    const [start, ...frames] = socket.received;
    const callId = bench.fake.network.legs[0]?.id;
    expect(start).toEqual({
      event: "start",
      sequenceNumber: 1,
      start: { callId, streamId, accountId: ACCOUNT.authId, tracks: ["inbound"], mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000 } },
      extra_headers: "",
    });
    expect(frames.slice(0, 3)).toMatchObject([1, 2, 3].map((chunk) => ({ event: "media", sequenceNumber: chunk + 1, streamId, media: { track: "inbound", chunk, timestamp: expect.stringMatching(/^\d+$/) as string } })));
    expect(told()).toEqual(["StartStream"]);
  });

  it("carries what the caller says and presses", async () => {
    const { socket } = await streaming();
    void bench.party.say("Hello, é?");
    await bench.clock.advance(2_000);
    void bench.party.press("5#");
    await bench.clock.advance(500);
    const session = codec.open();
    const frames = socket.received.flatMap((message) => session.decode(JSON.stringify(message)));
    expect(frames.filter(({ type }) => type === "error")).toEqual([]);
    expect(await understood(Buffer.concat(frames.map((frame) => (frame.type === "audio" ? frame.payload : new Uint8Array()))), MULAW_8K)).toEqual(["Hello, é?"]);
    expect(frames.flatMap((frame) => (frame.type === "dtmf" ? [frame.digit] : []))).toEqual(["5", "#"]);
  });

  it("plays what we say in real time, tells when checkpoints are reached, and presses our keys", async () => {
    const { socket, stream, streamId } = await streaming();
    const sound = await spoken("Good morning.", MULAW_8K);
    for (let at = 0; at < sound.length; at += 8_000) socket.send(media(sound.subarray(at, at + 8_000)));
    socket.send({ event: "checkpoint", streamId, name: "g1-m1" });
    await bench.clock.advance(sound.length / 8 - 40);
    expect(socket.of("playedStream")).toEqual([]);
    await bench.clock.advance(600);
    expect(socket.of("playedStream")).toMatchObject([{ streamId, name: "g1-m1" }]);
    expect(stream.heard).toMatchObject({ texts: [{ text: "Good morning.", complete: true }], damaged: [], underruns: [] });
    socket.send({ event: "sendDTMF", dtmf: "12" });
    await bench.clock.advance(2_000);
    expect(heard()).toEqual([{ kind: "say", text: "Good morning." }, { kind: "digits", digits: "12" }]);
  });

  it.each([
    [true, ["g1-m1"]],
    [false, []],
  ])("drops what was not played on a clear; dropped checkpoints come back (%o) or not", async (returnsClearedMarks, names) => {
    bench.fake.manners.returnsClearedMarks = returnsClearedMarks;
    const { socket, stream, streamId } = await streaming();
    socket.send(media((await spoken("Good morning to you.", MULAW_8K)).subarray(0, 12_000)));
    socket.send({ event: "checkpoint", streamId, name: "g1-m1" });
    await bench.clock.advance(600);
    socket.send({ event: "clearAudio", streamId });
    await bench.clock.advance(20);
    expect(socket.of("playedStream").map(({ name }) => name)).toEqual(names);
    expect(socket.of("clearedAudio")).toMatchObject([{ streamId }]);
    expect(stream.heard).toMatchObject({ clears: 1, bufferedMs: 0 });
  });

  it.each([
    ["what is no JSON", "@@"],
    ["an unknown event", { event: "media", media: {} }],
    ["a field too many", { event: "playAudio", media: media(new Uint8Array(160)).media, more: 1 }],
    ["a field too many inside", { event: "playAudio", media: { ...media(new Uint8Array(160)).media, more: 1 } }],
    ["a rate in the type", { event: "playAudio", media: { ...media(new Uint8Array(160)).media, contentType: "audio/x-mulaw;rate=8000" } }],
    ["a rate as text", { event: "playAudio", media: { ...media(new Uint8Array(160)).media, sampleRate: "8000" } }],
    ["what is no base64", { event: "playAudio", media: { ...media(new Uint8Array(160)).media, payload: "a b=" } }],
    ["too much at once", media(new Uint8Array(12_300))],
    ["a checkpoint without its stream", { event: "checkpoint", name: "g1" }],
    ["a clear of another stream", { event: "clearAudio", streamId: "other" }],
    ["a key that does not exist", { event: "sendDTMF", dtmf: "1A" }],
  ] as [string, object | string][])("does not take %s", async (_, message) => {
    const { socket, stream } = await streaming();
    socket.send(message);
    await bench.clock.settle();
    expect(stream.refused).toHaveLength(1);
    expect(socket.of("error")).toHaveLength(1);
    expect(stream.state).toBe("open");
  });

  it("warns where its buffer fills, and drops what is beyond it", async () => {
    const { socket, stream } = await streaming();
    for (let second = 0; second < 41; second++) socket.send(media(new Uint8Array(8_000)));
    await bench.clock.advance(1);
    expect(told()).toEqual(["StartStream", "DegradedStream"]);
    expect(stream.heard.maxBufferedMs).toBe(40_000);
    expect(socket.of("playFailed")).toHaveLength(1);
  });
});

describe("the end of a stream", () => {
  it("leads to what stands behind it where we close", async () => {
    const { socket, stream } = await streaming();
    socket.close();
    await bench.clock.advance(1);
    expect(stream).toMatchObject({ state: "closed", endedBy: "us" });
    expect(heard()).toEqual([{ kind: "say", text: "And on we go." }]);
    expect(told()).toEqual(["StartStream", "StopStream"]);
  });

  it("leads there as well where the connection breaks, in the guide's words where it is told to", async () => {
    bench.fake.manners.names = "guide";
    const { stream } = await streaming();
    stream.drop();
    await bench.clock.advance(1);
    expect(stream.endedBy).toBe("network");
    expect(heard()).toEqual([{ kind: "say", text: "And on we go." }]);
    expect(told()).toEqual(["started", "failed"]);
  });

  it("leads there when its time has come", async () => {
    await answered(streamElement(URL, urls).replace("86400", "2"));
    await bench.clock.advance(2_001);
    expect(bench.fake.streams[0]?.endedBy).toBe("carrier");
    expect(heard()).toEqual([{ kind: "say", text: "And on we go." }]);
  });

  it.each([true, false])("is said in the stream (%o) when the caller hangs up", async (saysMore) => {
    bench.fake.manners.saysMore = saysMore;
    const { socket, stream } = await streaming();
    bench.party.hangUp();
    await bench.clock.advance(1);
    expect(socket.of("stop")).toHaveLength(saysMore ? 1 : 0);
    expect(socket.closed).toBe(1000);
    expect(stream.endedBy).toBe("carrier");
    expect(heard()).toEqual([]);
  });

  it("comes with a nudge, which goes on with another document", async () => {
    const { stream } = await streaming();
    bench.documents.set(urls.continuation, "<Response><Speak>Something else now.</Speak><Wait length=\"600\"/></Response>");
    const callUuid = bench.fake.network.legs[0]?.id ?? "";
    await bench.carrier.nudge?.({ callId: "call-1", carrierIds: [callUuid], carrierState: { callUuid }, direction: "outbound", from: "", to: "" }, urls.continuation, bench.signal());
    await bench.clock.advance(1);
    expect(stream.endedBy).toBe("carrier");
    expect(heard()).toEqual([{ kind: "say", text: "Something else now." }]);
  });
});

describe("a stream that does not come about", () => {
  it("is tried three times, each with a nonce of its own, and then given up", async () => {
    bench.refusesMedia = 3;
    await answered();
    await bench.clock.advance(2_000);
    expect(bench.upgrades).toHaveLength(3);
    expect(new Set(bench.upgrades.map(({ headers }) => headers["x-plivo-signature-v3-nonce"])).size).toBe(3);
    expect(told()).toEqual(["DroppedStream"]);
    expect(heard()).toEqual([{ kind: "say", text: "And on we go." }]);
  });

  it("comes about at the second attempt", async () => {
    bench.refusesMedia = 1;
    await answered();
    await bench.clock.advance(600);
    expect(told()).toEqual(["StartStream"]);
    expect(bench.fake.streams[0]?.state).toBe("open");
  });

  it.each(["bidirectional", "keepCallAlive", "contentType"])("is refused without %s, as this fake carries out no other", async (attribute) => {
    await answered(streamElement(URL, urls).replace(new RegExp(` ${attribute}="[^"]*"`), ""));
    await bench.clock.settle();
    expect(bench.fake.controls.calls()).toMatchObject([{ state: "ended", reason: "failed" }]);
    expect(bench.fake.streams).toEqual([]);
  });
});
