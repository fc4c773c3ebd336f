import { describe, expect, it } from "vitest";
import { speech } from "./far-end.test-support.ts";
import { Studio } from "./playback.test-support.ts";

describe("a carrier whose marks come back", () => {
  it("is asked every 100 ms of audio, and at the end of each utterance", async () => {
    const studio = new Studio({ echoes: "played" });
    studio.say("one", speech(250, 1));
    studio.say("two", speech(100, 2));
    studio.say("three", speech(300, 3));
    await studio.pass(1000);
    // 250 ms are thirteen frames, and marks count from the last one.
    expect(studio.far.marks.map(({ bytesBefore }) => bytesBefore / 8)).toEqual([100, 200, 260, 360, 460, 560, 660]);
    expect(studio.far.marks.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `g2-${number}`));
    expect([...studio.outcomes.values()].every(({ confirmed }) => confirmed)).toBe(true);
    expect(studio.far.faults).toEqual([]);
  });

  it("is believed about how late the ear is", async () => {
    const studio = new Studio({ echoes: "played", transitMs: 80 });
    studio.say("one", speech(2000));
    await studio.pass(990);
    // The mark of 800 ms came back at 960: 160 ms after our clock had it played.
    expect(studio.playback.heardMs("one")).toBe(830);
    await studio.pass(1100);
    expect(studio.outcomes.size).toBe(0);
    await studio.pass(80);
    expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", confirmed: true });
    expect(studio.events).toEqual(["sent one @0", "heard one @0", "idle"]);
  });

  it("tells of a later utterance when it is heard, and not when it is sent", async () => {
    const studio = new Studio({ echoes: "played", transitMs: 50 });
    studio.say("one", speech(500, 1));
    studio.say("two", speech(500, 2));
    await studio.pass(590);
    expect(studio.events).toEqual(["sent one @0", "heard one @0", "sent two @280"]);
    await studio.pass(610);
    expect(studio.events).toEqual(["sent one @0", "heard one @0", "sent two @280", "heard two @600", "idle"]);
  });

  it("is not believed when it says what cannot be: nothing is heard before its time", async () => {
    const studio = new Studio({ echoes: "early" });
    studio.say("one", speech(400));
    await studio.pass(390);
    expect(studio.playback.heardMs("one")).toBe(390);
    expect(studio.outcomes.size).toBe(0);
    await studio.pass(20);
    expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", confirmed: true });
  });
});

describe("marks in disorder", () => {
  /** A second of speech whose marks are given back by hand. */
  function byHand(): Studio {
    const studio = new Studio({ echoes: "never" });
    studio.say("one", speech(1000));
    return studio;
  }

  it("that overtake others answer for them", async () => {
    const studio = byHand();
    await studio.pass(450);
    studio.playback.onMark("g2-3");
    expect(studio.playback.heardMs("one")).toBe(300);
    studio.playback.onMark("g2-1");
    studio.playback.onMark("g2-2");
    studio.playback.onMark("g2-3");
    expect(studio.playback.heardMs("one")).toBe(300);
    await studio.pass(50);
    expect(studio.playback.heardMs("one")).toBe(350);
  });

  it.each(["g1-1", "g3-1", "g2-0", "g2-99", "g2-1.5", "g2--1", "g2-", "g2-x", "g20-1", "utt-7", ""])("or of nobody, such as %j, are ignored", async (name) => {
    const studio = byHand();
    await studio.pass(450);
    studio.playback.onMark(name);
    expect(studio.playback.heardMs("one")).toBe(450);
  });

  it("that are very late move the ear by two seconds at the most", async () => {
    const studio = new Studio({ echoes: "never" });
    studio.say("one", speech(9000));
    await studio.pass(8000);
    studio.playback.onMark("g2-20");
    expect(studio.playback.heardMs("one")).toBe(6000);
  });

  it("that never come are waited for once: after two seconds the clock is believed", async () => {
    const studio = byHand();
    studio.say("two", speech(1000, 2));
    await studio.pass(2990);
    expect(studio.outcomes.size).toBe(0);
    await studio.pass(30);
    expect(studio.outcomes.get("one")).toEqual({ outcome: "heard", confirmed: false, heardMs: 1000, totalMs: 1000 });
    expect(studio.outcomes.get("two")).toMatchObject({ outcome: "heard", confirmed: false });
    studio.say("three", speech(500));
    await studio.pass(530);
    expect(studio.outcomes.get("three")).toMatchObject({ outcome: "heard", confirmed: false });
    expect(studio.events).toContain("heard three @3020");
  });

  it("that come again are waited for again", async () => {
    const studio = byHand();
    await studio.pass(3020);
    expect(studio.outcomes.get("one")).toMatchObject({ confirmed: false });
    studio.say("two", speech(1000, 2));
    await studio.pass(500);
    studio.playback.onMark("g2-14");
    await studio.pass(700);
    expect(studio.outcomes.has("two")).toBe(false);
    studio.playback.onMark("g2-20");
    await studio.clock.settle();
    expect(studio.outcomes.get("two")).toEqual({ outcome: "heard", confirmed: true, heardMs: 1000, totalMs: 1000 });
  });

  it("do not keep an utterance from being heard before it is over", async () => {
    const studio = byHand();
    await studio.pass(1100);
    studio.playback.onMark("g2-1");
    await studio.pass(2000);
    expect(studio.outcomes.get("one")).toMatchObject({ confirmed: false });
    // The ear is thought to be a second late, and the clock is believed.
    studio.say("two", speech(100, 2));
    await studio.pass(100);
    expect(studio.events.slice(-3)).toEqual(["sent two @3100", "heard two @3200", "idle"]);
  });

  it("leave no timer behind", async () => {
    const studio = byHand();
    await studio.pass(10_000);
    expect([studio.ticker.size, studio.clock.pending]).toEqual([0, 0]);
  });
});

describe("a carrier without marks", () => {
  it("gets none, and the clock alone tells what was heard", async () => {
    const studio = new Studio();
    studio.say("one", speech(500));
    studio.say("two", speech(500));
    await studio.pass(499);
    expect(studio.outcomes.get("one")).toBeUndefined();
    await studio.pass(21);
    expect(studio.outcomes.get("one")).toEqual({ outcome: "heard", confirmed: false, heardMs: 500, totalMs: 500 });
    expect(studio.playback.heardMs("two")).toBe(20);
    await studio.pass(600);
    expect(studio.outcomes.get("two")).toMatchObject({ outcome: "heard", confirmed: false });
    expect([studio.far.marks, studio.far.faults]).toEqual([[], []]);
    expect(studio.events.at(-1)).toBe("idle");
  });
});
