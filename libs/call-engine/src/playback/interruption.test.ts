import { describe, expect, it } from "vitest";
import { speech, type FarEndOptions } from "./far-end.test-support.ts";
import { Studio } from "./playback.test-support.ts";

/** Where in `whole` the piece lies. The audio of tests is nowhere twice. */
function placeOf(piece: Uint8Array, whole: Uint8Array): number {
  return Buffer.from(whole).indexOf(Buffer.from(piece.subarray(0, 64))) / 8;
}

const CARRIERS: readonly (readonly [string, FarEndOptions])[] = [
  ["with marks that come back at a clear", { echoes: "played", flushed: "echoed" }],
  ["with marks that a clear swallows", { echoes: "played", flushed: "silent" }],
  ["far away", { echoes: "played", flushed: "echoed", transitMs: 90 }],
  ["without marks", {}],
];

describe.each(CARRIERS)("over a carrier %s, a pause", (_, options) => {
  const transitMs = options.transitMs ?? 0;
  /** How far the ear can be from where it is thought to be, in milliseconds: the way, and a mark's distance of it. */
  const toleranceMs = 2 * transitMs;

  it("silences the ear at once, whenever it comes, and a resume goes on at that place", async () => {
    const [one, two] = [speech(610, 1), speech(400, 2)];
    for (let at = 0; at <= 1100; at += 37) {
      const studio = new Studio(options);
      studio.say("one", one);
      studio.say("two", two);
      await studio.pass(at);
      studio.playback.pause();
      expect(studio.playback.paused).toBe(true);
      expect(studio.far.clears).toEqual([at]);
      await studio.pass(1000);
      const before = studio.heard;
      // The order to be silent takes the same way as the audio did.
      expect(before.length / 8).toBe(Math.min(at, 1020));
      expect(studio.playback.audible).toBeUndefined();
      expect(studio.playback.outputLevel).toBe(-Infinity);

      studio.playback.resume();
      await studio.pass(4000);
      const after = studio.heard.subarray(before.length);
      const whole = Uint8Array.from([...one, ...new Uint8Array(80).fill(0xff), ...two]);
      if (after.length > 0) {
        const stoppedAt = before.length / 8;
        const resumedAt = placeOf(after, whole);
        expect(after).toEqual(whole.subarray(resumedAt * 8));
        expect(resumedAt).toBeLessThanOrEqual(stoppedAt);
        expect(resumedAt).toBeGreaterThan(stoppedAt - 20 - toleranceMs);
      } else {
        expect(before.length).toBe(whole.length);
      }
      expect([...studio.outcomes.values()].map(({ outcome, heardMs }) => ({ outcome, heardMs }))).toEqual([
        { outcome: "heard", heardMs: 610 },
        { outcome: "heard", heardMs: 400 },
      ]);
      expect(studio.far.faults).toEqual([]);
      expect([studio.ticker.size, studio.clock.pending]).toEqual([0, 0]);
    }
  });

  it("again and again drops nothing and repeats little", async () => {
    const studio = new Studio(options);
    const audio = speech(2000);
    studio.say("one", audio);
    for (let turn = 0; turn < 12; turn++) {
      await studio.pass(130 + turn);
      studio.playback.pause();
      await studio.pass(50);
      studio.playback.resume();
    }
    await studio.pass(5000);
    const pieces = studio.far.heard();
    let reached = 0;
    for (const { bytes } of pieces) {
      const from = placeOf(bytes, audio);
      expect(from).toBeLessThanOrEqual(reached);
      expect(from).toBeGreaterThan(reached - 20 - toleranceMs);
      reached = from + bytes.length / 8;
    }
    expect(reached).toBe(2000);
    expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", heardMs: 2000 });
  });

  it("and then a clear, in every phase, ends everything, says what was heard, and what comes next is heard whole", async () => {
    for (let at = 0; at <= 1300; at += 41) {
      const studio = new Studio(options);
      const utterances = [studio.say("one", speech(600, 1)), studio.queue("two"), studio.queue("three")];
      utterances[1]?.write(speech(400, 2));
      utterances[1]?.end();
      await studio.pass(at);
      if (at % 2 === 0) studio.playback.pause();
      studio.playback.clear();
      await studio.pass(500);
      const heardMs = studio.heard.length / 8;
      expect(heardMs).toBe(Math.min(1000, at));
      // Also when the carrier had everything already, and when nobody thought that it had anything.
      expect(studio.far.clears.at(-1)).toBe(at);
      expect([...studio.outcomes.keys()].sort()).toEqual(["one", "three", "two"]);
      const told = [...studio.outcomes.values()].reduce((sum, outcome) => sum + outcome.heardMs, 0);
      expect(Math.abs(told - heardMs)).toBeLessThanOrEqual(at % 2 === 0 ? 20 + toleranceMs : toleranceMs);
      expect(studio.outcomes.get("three")).toEqual({ outcome: "skipped", confirmed: false, heardMs: 0, totalMs: 0 });
      for (const utterance of utterances) expect(utterance.signal.aborted).toBe(studio.outcomes.get(utterance.id)?.outcome === "skipped");
      expect([studio.ticker.size, studio.events.filter((event) => event === "idle")]).toEqual([0, []]);

      expect(studio.playback.paused).toBe(false);
      studio.say("answer", speech(300, 4));
      await studio.pass(3000);
      expect(studio.heard.subarray(-2400)).toEqual(speech(300, 4));
      expect(studio.outcomes.get("answer")).toMatchObject({ outcome: "heard", heardMs: 300, totalMs: 300 });
      expect(studio.playback.stats.underruns).toBe(0);
      expect(studio.far.faults).toEqual([]);
    }
  });
});

describe("a clear", () => {
  it("reaches the carrier when there is nothing to play any more, and before anything was", () => {
    const studio = new Studio();
    studio.playback.clear();
    studio.playback.clear();
    expect(studio.far.clears).toEqual([0, 0]);
  });

  it("settles the marks that are under way: what comes back of them means nothing", async () => {
    const studio = new Studio({ echoes: "played", flushed: "echoed", transitMs: 40 });
    studio.say("one", speech(1000, 1));
    await studio.pass(500);
    studio.playback.clear();
    studio.say("two", speech(1000, 2));
    await studio.pass(100);
    expect(studio.playback.heardMs("two")).toBeLessThanOrEqual(100);
    await studio.pass(900);
    expect(studio.outcomes.has("two")).toBe(false);
    await studio.pass(100);
    expect(studio.outcomes.get("two")).toMatchObject({ outcome: "heard", confirmed: true });
  });

  it("ends an utterance as heard whose last sound was in the ear, though no mark had said so", async () => {
    const studio = new Studio({ echoes: "never" });
    studio.say("one", speech(200));
    await studio.pass(300);
    studio.playback.clear();
    await studio.clock.settle();
    expect(studio.outcomes.get("one")).toEqual({ outcome: "heard", confirmed: false, heardMs: 200, totalMs: 200 });
  });

  it("lets the answer be queued by whoever hears that the old one is skipped", async () => {
    const studio = new Studio();
    const old = studio.say("old", speech(1000, 1));
    old.signal.addEventListener("abort", () => void studio.say("new", speech(200, 2)));
    await studio.pass(100);
    studio.playback.clear();
    await studio.pass(1000);
    expect(studio.heard).toEqual(Uint8Array.from([...speech(100, 1), ...speech(200, 2)]));
    expect([...studio.outcomes].map(([id, { outcome }]) => [id, outcome])).toEqual([["old", "skipped"], ["new", "heard"]]);
  });
});

describe("a pause", () => {
  it("holds back what is queued and written meanwhile", async () => {
    const studio = new Studio({ echoes: "played" });
    const one = studio.queue("one");
    one.write(speech(200, 1));
    await studio.pass(50);
    studio.playback.pause();
    one.write(speech(100, 3));
    one.end();
    studio.say("two", speech(100, 2));
    await studio.pass(500);
    expect(studio.heard).toHaveLength(50 * 8);
    studio.playback.resume();
    studio.playback.resume();
    await studio.pass(500);
    expect(studio.heard.subarray(400)).toEqual(Uint8Array.from([...speech(200, 1).subarray(320), ...speech(100, 3), ...speech(100, 2)]));
    expect(studio.playback.stats.underruns).toBe(0);
  });

  it("in the middle of a stall goes on where the ear was, not where the clock would be", async () => {
    const studio = new Studio();
    studio.say("one", speech(3000));
    await studio.pass(1000);
    studio.clock.stall(5000);
    studio.playback.pause();
    studio.playback.resume();
    await studio.pass(3000);
    expect(studio.heard).toEqual(speech(3000));
    expect(studio.far.gaps()).toEqual([4700]);
  });

  it("at a carrier that cannot drop what it has lets that be heard, and goes on behind it", async () => {
    const studio = new Studio({ echoes: "played", capabilities: { clear: false } });
    studio.say("one", speech(1000));
    await studio.pass(400);
    studio.playback.pause();
    expect(studio.playback.audible).toBe("one");
    await studio.pass(500);
    expect(studio.heard).toHaveLength(700 * 8);
    expect(studio.playback.audible).toBeUndefined();
    studio.playback.resume();
    await studio.pass(700);
    expect(studio.heard).toEqual(speech(1000));
    expect(studio.outcomes.get("one")).toEqual({ outcome: "heard", confirmed: true, heardMs: 1000, totalMs: 1000 });
    expect(studio.playback.stats.underruns).toBe(0);
    studio.say("two", speech(1000));
    await studio.pass(100);
    studio.playback.clear();
    await studio.pass(500);
    expect(studio.outcomes.get("two")).toMatchObject({ outcome: "skipped", heardMs: 400 });
    expect(studio.heard).toHaveLength(1400 * 8);
    expect(studio.far.faults).toEqual([]);
  });
});

describe("a carrier that says `cleared`", () => {
  it("as it was asked to changes nothing", async () => {
    const studio = new Studio();
    studio.say("one", speech(500));
    await studio.pass(100);
    studio.playback.pause();
    studio.playback.resume();
    studio.playback.onCleared();
    await studio.pass(1000);
    expect(studio.heard).toEqual(speech(500));
  });

  it("by itself has lost what it had, which is given to it again", async () => {
    const studio = new Studio();
    studio.say("one", speech(500));
    await studio.pass(110);
    studio.far.clear();
    studio.playback.onCleared();
    await studio.pass(1000);
    expect(studio.heard).toEqual(Uint8Array.from([...speech(110), ...speech(500).subarray(800)]));
    expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", heardMs: 500 });
  });
});
