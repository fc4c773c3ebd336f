import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Step } from "@openclaw/telephony-contract";
import { MediaRefused } from "@openclaw/phone-network";
import { Bench, HOLD, say } from "./test/bench.ts";
import type { OurEnd } from "./test/our-end.ts";

const STREAM = "wss://telephone.example.com/voice/stream/token1";
const CONNECT: Step = { kind: "connectMedia", id: "stream", url: STREAM };

let bench: Bench;
beforeEach(async () => void (bench = await Bench.open()));
afterEach(() => bench.close());

/** A call that is up and streams. */
async function streaming(): Promise<OurEnd> {
  await bench.up({ steps: [CONNECT] });
  const [ours] = bench.ours;
  if (!ours) throw new Error("no stream");
  return ours;
}
const stream = () => bench.fake.streams.at(-1);
const states = () => bench.of("media").map(({ state }) => state);
const heard = () => bench.party.heard().map((one) => (one.kind === "say" ? one.text : one.kind));

describe("a call whose audio flows through us", () => {
  it("connects with a signed request to the URL that it was given, says who it is, and reports it", async () => {
    const ours = await streaming();
    expect(ours.request.url).toBe(STREAM);
    expect(bench.carrier.frames?.authorizeUpgrade?.(ours.request)).toBe(true);
    expect(bench.carrier.frames?.authorizeUpgrade?.({ ...ours.request, url: `${STREAM}x` })).toBe(false);
    expect(ours.frames).toMatchObject([{ type: "started", carrierIds: bench.call.carrierIds }]);
    expect(states()).toEqual(["started"]);
    expect(stream()).toMatchObject({ call: bench.call.carrierIds[0], url: STREAM, state: "open", startedAt: bench.clock.now() });
  });

  it("brings what the caller says and presses, and plays what we say, in real time", async () => {
    const ours = await streaming();
    void bench.party.say("Hello, who is there?");
    await bench.clock.advance(500);
    void bench.party.press("5");
    await bench.clock.advance(1_500);
    expect(ours.heard).toEqual(["Hello, who is there?"]);
    expect(ours.frames.filter(({ type }) => type === "dtmf")).toEqual([{ type: "dtmf", digit: "5" }]);
    ours.say("It is me.");
    ours.send({ type: "mark", name: "m1" });
    await bench.clock.advance(500);
    expect(ours.types()).not.toContain("mark");
    await bench.clock.advance(100);
    expect(ours.frames.at(-1)).toEqual({ type: "mark", name: "m1" });
    expect(heard()).toEqual(["It is me."]);
    expect(stream()?.heard).toMatchObject({ texts: [{ text: "It is me.", complete: true }], damaged: [], maxBufferedMs: 540 });
  });

  it("drops what was not played, and returns its marks at once", async () => {
    const ours = await streaming();
    ours.say("Something rather long that nobody wants to hear");
    ours.send({ type: "mark", name: "m1" });
    await bench.clock.advance(1_000);
    ours.send({ type: "clear" });
    await bench.settle();
    expect(ours.frames.at(-1)).toEqual({ type: "mark", name: "m1" });
    expect(stream()?.heard).toMatchObject({ texts: [{ text: "Something rather", complete: false }], damaged: [], clears: 1, bufferedMs: 0 });
  });

  it("goes on with its document when we close the socket", async () => {
    bench.next = [{ steps: [say("Goodbye then.")], then: "hangup" }];
    const ours = await streaming();
    ours.wire.close();
    await bench.settle();
    expect(states()).toEqual(["started", "stopped"]);
    await bench.clock.advance(31_000);
    await bench.settle();
    expect(stream()).toMatchObject({ state: "closed", endedBy: "us" });
    expect(heard()).toEqual(["Goodbye then."]);
    expect(bench.types().at(-1)).toBe("ended");
  });

  it("goes on with its document when the connection breaks, or never comes about, and both are reported without our URL", async () => {
    bench.refusal = new MediaRefused("refused", 403);
    await bench.up({ steps: [CONNECT] });
    expect(bench.of("media")).toMatchObject([{ state: "failed", detail: "31920 the handshake was not answered with 101: (a URL)" }]);
    await bench.clock.advance(31_000);
    await bench.settle();
    expect(bench.of("listenEnded")).toHaveLength(1);
    bench.refusal = undefined;
    bench.plan = { ...bench.plan, steps: [CONNECT] };
    await bench.nudge();
    stream()?.drop();
    await bench.settle();
    expect(states()).toEqual(["failed", "started", "failed"]);
    expect(bench.ours[0]?.closed).toBe(1006);
    expect(bench.fake.alerts.map(({ code }) => code)).toEqual([31920, 31903]);
    expect(bench.party.state()).toBe("answered");
  });

  it("leaves the stream for another document, as for a transfer", async () => {
    const ours = await streaming();
    bench.plan = { ...bench.plan, steps: [say("One moment, please.")] };
    await bench.nudge();
    expect(ours.types().slice(-1)).toEqual(["stopped"]);
    expect(ours.closed).toBe(1000);
    expect(stream()).toMatchObject({ endedBy: "carrier" });
    expect(heard()).toEqual(["One moment, please."]);
  });

  it("ends its stream when it is over", async () => {
    const ours = await streaming();
    bench.party.hangUp();
    await bench.settle();
    expect(ours.types()).toEqual(["started", "stopped"]);
    expect(states()).toEqual(["started", "stopped"]);
    expect(bench.clock.pending).toBe(0);
  });

  it("ends with our telephone, and connects to nobody then", async () => {
    const ours = await streaming();
    bench.fake.close();
    await bench.settle();
    expect(ours.closed).toBe(1000);
  });
});

describe("the fake's strictness about streams", () => {
  it.each([
    ["no JSON", "hello"],
    ["bytes", Uint8Array.of(1, 2)],
    ["another stream", '{"event":"clear","streamSid":"MZ0"}'],
    ["no stream", '{"event":"clear"}'],
    ["an unknown kind", '{"event":"dtmf","streamSid":"$","dtmf":{"digit":"1"}}'],
    ["a member too many", '{"event":"clear","streamSid":"$","at":1}'],
    ["a member too many within", '{"event":"media","streamSid":"$","media":{"payload":"AQID","track":"outbound"}}'],
    ["no payload", '{"event":"media","streamSid":"$","media":{}}'],
    ["a payload that is not base64", '{"event":"media","streamSid":"$","media":{"payload":"@@@@"}}'],
    ["a file in the payload", `{"event":"media","streamSid":"$","media":{"payload":"${Buffer.from("RIFFxxxxWAVE").toString("base64")}"}}`],
    ["a mark without a name", '{"event":"mark","streamSid":"$","mark":{"name":""}}'],
  ])("warns of a message with %s, once, and plays nothing", async (_what, message) => {
    const ours = await streaming();
    const [started] = ours.frames;
    const sid = started?.type === "started" ? String(started.streamId) : "";
    for (let time = 0; time < 2; time++) ours.wire.send(typeof message === "string" ? message.replace("$", sid) : message);
    await bench.settle();
    expect(stream()).toMatchObject({ state: "open", refused: [{ code: "31951" }, { code: "31951" }], heard: { maxBufferedMs: 0 } });
    expect(bench.fake.alerts).toMatchObject([{ code: 31951 }]);
  });

  it.each([
    ["ws://telephone.example.com/stream", 31922],
    ["https://telephone.example.com/stream", 31922],
    ["stream", 31923],
    [`${STREAM}?token=1`, 31920],
  ])("does not connect to %s", async (url, code) => {
    await bench.up({ steps: [{ kind: "connectMedia", id: "1", url }] });
    expect(bench.ours).toEqual([]);
    expect(bench.fake.alerts).toMatchObject([{ code }]);
    expect(bench.of("media")).toMatchObject([{ state: "failed" }]);
  });

  it("opens a socket and stays silent where a test wants that, and says what it is told to", async () => {
    bench.fake.manners.startless = true;
    const ours = await streaming();
    await bench.clock.advance(1_000);
    expect(ours.frames).toEqual([]);
    stream()?.send('{"event":"media","media":{"payload":"AQID"}}');
    await bench.settle();
    expect(ours.frames).toMatchObject([{ type: "error", code: "not-started" }]);
  });

  it("holds the line in a plan that waits", async () => {
    await bench.up({ steps: [HOLD] });
    expect(bench.fake.streams).toEqual([]);
  });
});
