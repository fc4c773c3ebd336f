import { describe, expect, it } from "vitest";
import { MULAW_8K, type MediaClose, type MediaLink, type MediaLinkEvent } from "@openclaw/telephony-contract";
import type { ScriptMove } from "@openclaw/phone-network";
import { Bench, FLOWS, ask, hold, say, type StepContent } from "../test/bench.ts";
import { spoken, understood } from "../test/tones.ts";
import type { MockFlow } from "../settings.ts";

const connect: StepContent = { kind: "connectMedia", url: "wss://telephone.example.com/stream/t0ken" };

/** A call whose audio is connected, with what came over the link, and how it ended. */
async function streaming(flow: MockFlow, script: readonly ScriptMove[] = []) {
  const bench = new Bench(flow, { script, thinkingMs: 100 });
  bench.agent = () => [say("And on we go."), hold];
  await bench.dial([connect]);
  await bench.clock.runUntil(() => bench.links.length > 0, 5_000);
  const { link, callId } = bench.links[0] as { link: MediaLink; callId: string };
  const events: MediaLinkEvent[] = [];
  const ends: MediaClose[] = [];
  link.listen((event) => void events.push(event.type === "audio" ? { ...event, payload: event.payload.slice() } : event));
  void link.closed.then((end) => ends.push(end));
  const sound = () => Buffer.concat(events.map((event) => (event.type === "audio" ? event.payload : new Uint8Array())));
  const marks = () => events.flatMap((event) => (event.type === "mark" ? [event.name] : []));
  return { bench, link, callId, events, ends, sound, marks };
}

describe.each(FLOWS)("a call whose audio is connected (%s)", (flow) => {
  it("hands over one link for our id of it, and brings 20 ms of sound every 20 ms", async () => {
    const { bench, callId, link, events } = await streaming(flow);
    expect([callId, bench.links.length]).toEqual(["call-1", 1]);
    expect([link.formatIn, link.formatOut]).toEqual([MULAW_8K, MULAW_8K]);
    await bench.clock.advance(1_000);
    expect(events.length).toBeGreaterThanOrEqual(50);
    expect(events.slice(0, 3)).toMatchObject([0, 20, 40].map((timeMs) => ({ type: "audio", timeMs })));
    expect(events.every((event) => event.type === "audio" && event.payload.length === 160)).toBe(true);
  });

  it("is a talk with the person of the script, who hears us and answers", async () => {
    const { bench, link, sound, marks } = await streaming(flow, [{ waitFor: "speech" }, { say: "Who is there?" }, { waitFor: "speech" }, { hangup: true }]);
    link.send(await spoken("Good morning.", MULAW_8K));
    link.mark("g1-m1");
    await bench.clock.advance(4_000);
    expect(marks()).toEqual(["g1-m1"]);
    expect(await understood(sound(), MULAW_8K)).toEqual(["Who is there?"]);
    link.send(await spoken("It is me.", MULAW_8K));
    await bench.until("ended");
    expect(bench.heard()).toEqual(["Good morning.", "It is me."]);
  });

  it("keeps what comes before anybody listens, up to a second", async () => {
    const bench = new Bench(flow, { script: [] });
    await bench.dial([connect]);
    await bench.clock.runUntil(() => bench.links.length > 0, 5_000);
    await bench.clock.advance(3_000);
    const events: MediaLinkEvent[] = [];
    bench.links[0]?.link.listen((event) => void events.push(event));
    expect(events).toHaveLength(50);
    expect(events.at(-1)).toMatchObject({ type: "audio", timeMs: expect.closeTo(2_980, -2) as number });
  });

  it("drops what was not played yet, returns its marks, and says that it is cleared, a moment later", async () => {
    const { bench, link, events, marks } = await streaming(flow);
    link.send(await spoken("Good morning to you and to all of yours.", MULAW_8K));
    link.mark("g1-m1");
    await bench.clock.advance(800);
    link.clear();
    expect(marks()).toEqual([]);
    await bench.clock.settle();
    expect(events.filter(({ type }) => type !== "audio")).toEqual([{ type: "mark", name: "g1-m1" }, { type: "cleared" }]);
  });

  it("takes keys both ways beside the audio", async () => {
    const pressed: string[] = [];
    const bench = new Bench(flow, {}, { party: () => ({ ring: (line) => line.answer(), answered: (line) => line.press("w5#"), digit: (digit) => void pressed.push(digit) }) });
    await bench.dial([connect]);
    await bench.clock.runUntil(() => bench.links.length > 0, 5_000);
    bench.links[0]?.link.sendDigits?.("12");
    await bench.clock.advance(2_000);
    expect(pressed).toEqual(["1", "2"]);
    expect(bench.of("digits").map(({ digits }) => digits)).toEqual(["5", "#"]);
  });

  it("is over for the link when the caller hangs up, and silent from then on", async () => {
    const { bench, ends, events } = await streaming(flow, [{ pauseMs: 500 }, { hangup: true }]);
    await bench.until("ended");
    await bench.clock.settle();
    expect(ends).toEqual([{ by: "carrier", reason: "call-over" }]);
    const { length } = events;
    await bench.clock.advance(1_000);
    expect(events).toHaveLength(length);
  });

  it("can be connected again after we closed its link", async () => {
    const { bench, link, ends } = await streaming(flow);
    bench.agent = () => [connect];
    link.close("playback failed");
    link.close("again");
    if (flow !== "pull") await bench.perform(connect);
    await bench.clock.runUntil(() => bench.links.length > 1, 5_000);
    expect(ends).toEqual([{ by: "us", reason: "playback failed" }]);
    expect(bench.links[1]?.callId).toBe("call-1");
  });
});

describe("the end of a connection", () => {
  it("leads a pull call to its continuation", async () => {
    const { bench, link } = await streaming("pull");
    link.close("done");
    await bench.clock.advance(2_000);
    expect(bench.heard()).toEqual(["And on we go."]);
  });

  it("comes with a nudge, which goes on with another document", async () => {
    const { bench, ends } = await streaming("pull");
    bench.replan([say("Something else."), hold]);
    await bench.carrier.nudge?.(bench.call, bench.document, bench.signal);
    await bench.clock.advance(2_000);
    expect(ends).toMatchObject([{ by: "carrier" }]);
    expect(bench.heard()).toEqual(["Something else."]);
  });

  it.each(["push", "emit"] as const)("comes with a command for it, or for whatever takes the line for itself (%s)", async (flow) => {
    for (const step of [{ kind: "disconnectMedia" }, say("Goodbye."), ask("Hello?"), { kind: "transfer", to: "+15550100003", ringTimeoutMs: 20_000, onFailure: [] }] as StepContent[]) {
      const { bench, ends } = await streaming(flow);
      expect(bench.of("stepEnded")).toMatchObject([{ outcome: "completed" }]);
      await bench.perform(step);
      await bench.clock.settle();
      expect(ends, step.kind).toMatchObject([{ by: "carrier" }]);
      expect(bench.of("ended")).toEqual([]);
    }
  });
});
