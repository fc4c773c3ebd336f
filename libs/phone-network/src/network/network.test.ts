import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Network, controlsOf, type CallNews, type Leg, type NetworkOptions, type Placement } from "../index.ts";

const OURS = "+15550100001";
const THEIRS = "+15550100002";

/** A network whose calls are conducted by nobody: what happens to them is only written down. */
class Bench {
  readonly clock = createVirtualClock();
  readonly log = createLogRecorder();
  readonly news: CallNews[] = [];
  readonly network: Network;
  readonly conduct = (_leg: Leg) => ({ report: ({ news }: { news: CallNews }) => void this.news.push(news), ended: () => void this.endings++ });
  endings = 0;
  #serial = 0;

  constructor(options: Partial<NetworkOptions> = {}) {
    this.network = new Network({ clock: this.clock, log: this.log, idFor: (what) => `${what}:${++this.#serial}`, ...options });
  }

  place(changes: Partial<Placement> = {}): Leg {
    return this.network.place({ from: OURS, to: THEIRS, ringTimeoutMs: 30_000, ...changes }, this.conduct);
  }
  types(): string[] {
    return this.news.map(({ type }) => type);
  }
}

describe("a telephone network", () => {
  it("gives calls and recordings the ids that its owner makes", async () => {
    const bench = new Bench({ idFor: (what) => (what === "call" ? "CA0123" : "RE4567") });
    const leg = bench.place();
    await bench.clock.advance(1_000);
    leg.recorder.start();
    expect(bench.network.find("CA0123")).toBe(leg);
    expect(bench.news.at(-1)).toMatchObject({ type: "recording", state: "started", recordingId: "RE4567" });
    expect(() => bench.place()).toThrow(expect.objectContaining({ code: "internal" }) as Error);
  });

  it("does not tell the number of a caller who hides it, but its owner knows it", () => {
    const bench = new Bench();
    const leg = bench.network.visit({ from: THEIRS, to: OURS, callerName: "Ada", hidesNumber: true }, bench.conduct);
    expect(bench.news).toEqual([{ type: "incoming", from: "", to: OURS, callerName: "Ada" }]);
    expect([leg.about.from, leg.caller]).toEqual([THEIRS, { callerName: "Ada", hidesNumber: true }]);
  });

  it("has people who answer as the settings say, and else as is usual", async () => {
    const bench = new Bench({ people: { ringMs: 1_000 } });
    bench.place();
    await bench.clock.advance(999);
    expect(bench.types()).toEqual(["ringing"]);
    await bench.clock.advance(1);
    expect(bench.types()).toEqual(["ringing", "answered"]);
    const busy = new Bench({ people: { outcome: "busy" } });
    busy.place();
    await busy.clock.advance(1);
    expect(busy.news).toMatchObject([{ type: "ended", reason: "busy", by: "callee" }]);
    expect(busy.endings).toBe(1);
  });

  it("lets another party be chosen while it runs", async () => {
    const bench = new Bench({ people: { outcome: "no-answer" } });
    const controls = controlsOf(bench.network, bench.conduct);
    controls.setParty(() => ({ ring: (line) => line.answer() }));
    bench.place();
    await bench.clock.advance(1);
    controls.setParty(undefined);
    bench.place();
    await bench.clock.advance(1);
    expect(controls.calls().map(({ state }) => state)).toEqual(["answered", "ringing"]);
  });

  it("is called by people with a script of their own, and tells how their calls are", async () => {
    const bench = new Bench({ party: () => ({}) });
    const controls = controlsOf(bench.network, bench.conduct);
    const call = controls.callUs({ from: THEIRS, to: OURS, script: [{ press: "5" }, { hangup: true }] });
    bench.network.find(call.id)?.call.answer();
    await bench.clock.advance(1_000);
    expect(bench.types()).toEqual(["incoming", "answered", "digits", "ended"]);
    expect(call.report()).toMatchObject({ id: call.id, direction: "inbound", state: "ended", reason: "completed" });
  });

  it("carries two hundred calls, and forgets the oldest of those that are over", async () => {
    const bench = new Bench();
    const first = bench.place();
    for (let index = 1; index < 200; index++) bench.place();
    expect(() => bench.place()).toThrow(expect.objectContaining({ code: "unavailable", retryable: true }) as Error);
    for (let index = 0; index < 400; index++) {
      for (const leg of bench.network.legs) leg.call.end("completed", "us");
      bench.place();
    }
    expect(bench.network.legs).toHaveLength(400);
    expect(bench.network.find(first.id)).toBeUndefined();
  });

  it("leaves no timer behind when it closes, and says nothing more", async () => {
    const bench = new Bench();
    bench.place();
    await bench.clock.advance(1_000);
    const before = bench.news.length;
    bench.network.close();
    expect(bench.clock.pending).toBe(0);
    expect(bench.news).toHaveLength(before);
    expect(() => bench.place()).toThrow(expect.objectContaining({ code: "unavailable" }) as Error);
  });
});
