import { describe, expect, it } from "vitest";
import { speech } from "./far-end.test-support.ts";
import { Studio } from "./playback.test-support.ts";

/** The most that is ahead of the ear: the lead, a beat, and what is handed over at a time. */
const MOST_AHEAD_MS = 320;

/** Four seconds of speech, in whose middle the process stalls. */
async function stalled(ms: number, options: { readonly at?: number; readonly transitMs?: number } = {}): Promise<Studio> {
  const studio = new Studio({ echoes: "played", transitMs: options.transitMs ?? 0 });
  studio.say("one", speech(4000));
  await studio.pass(options.at ?? 1000);
  studio.clock.stall(ms);
  await studio.pass(5000);
  return studio;
}

describe("a process that stalls", () => {
  it.each([60, 150, 200])("for %i ms is not heard", async (ms) => {
    for (const at of [1000, 1001, 1007, 1019]) {
      const studio = await stalled(ms, { at });
      expect(studio.heard).toEqual(speech(4000));
      expect(studio.far.gaps()).toEqual([]);
      expect(studio.playback.stats.underruns).toBe(0);
      expect(studio.far.mostAheadMs).toBeLessThanOrEqual(MOST_AHEAD_MS);
      expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", confirmed: true, heardMs: 4000 });
    }
  });

  it("for 500 ms is heard once, loses nothing, and is caught up without more than the lead at once", async () => {
    const studio = await stalled(500);
    expect(studio.heard).toEqual(speech(4000));
    expect(studio.far.gaps()).toEqual([220]);
    expect(studio.playback.stats.underruns).toBe(1);
    expect(studio.far.mostAheadMs).toBeLessThanOrEqual(MOST_AHEAD_MS);
    expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", confirmed: true, heardMs: 4000 });
  });

  it("is not heard over a long way either, since the way delays the lead alike", async () => {
    const studio = await stalled(200, { transitMs: 170 });
    expect(studio.far.gaps()).toEqual([]);
    expect(studio.heard).toEqual(speech(4000));
  });

  it("again and again is not heard as long as the lead comes back between", async () => {
    const studio = new Studio({ echoes: "played" });
    studio.say("one", speech(10_000));
    for (let turn = 0; turn < 30; turn++) {
      await studio.pass(21 + (turn % 19));
      studio.clock.stall([60, 150, 200][turn % 3] as number);
    }
    await studio.pass(10_000);
    expect(studio.heard).toEqual(speech(10_000));
    expect(studio.far.gaps()).toEqual([]);
    expect(studio.playback.stats.underruns).toBe(0);
  });

  it("between two utterances delays the second and drops nothing of it", async () => {
    const studio = new Studio({ echoes: "played" });
    studio.say("one", speech(300, 1));
    await studio.pass(100);
    studio.clock.stall(600);
    studio.say("two", speech(300, 2));
    await studio.pass(1000);
    expect(studio.heard).toEqual(Uint8Array.from([...speech(300, 1), ...speech(300, 2)]));
    expect(studio.playback.stats.underruns).toBe(0);
  });

  it("counts what the caller heard by what was handed over, not by the time that passed", async () => {
    const studio = new Studio({ echoes: "never", capabilities: { marks: false } });
    studio.say("one", speech(4000));
    await studio.pass(1000);
    studio.clock.stall(2000);
    expect(studio.playback.heardMs("one")).toBe(1300);
    await studio.pass(20);
    expect(studio.playback.heardMs("one")).toBe(1300);
    await studio.pass(100);
    expect(studio.playback.heardMs("one")).toBe(1400);
    expect(studio.far.gaps()).toEqual([1720]);
  });
});

describe("after a stall", () => {
  it("the ear is not thought to be far behind because marks were noticed late", async () => {
    const studio = new Studio({ echoes: "played", transitMs: 40 });
    studio.say("one", speech(4000));
    await studio.pass(1000);
    studio.clock.stall(150);
    // A mark that came 80 ms after its time, the way there and back, is noticed 150 ms after that.
    await studio.pass(85);
    const thought = studio.playback.heardMs("one");
    studio.playback.pause();
    await studio.pass(100);
    expect(studio.heard).toHaveLength(1235 * 8);
    expect(thought).toBeGreaterThan(1235 - 80 - 40);
    expect(thought).toBeLessThanOrEqual(1235);
  });
});

describe("a voice that is slow", () => {
  it("is heard as it comes, with a gap where it falls behind, and a gap is counted once", async () => {
    const studio = new Studio({ echoes: "played" });
    const utterance = studio.queue("one");
    utterance.write(speech(500).subarray(0, 1600));
    await studio.pass(300);
    utterance.write(speech(500).subarray(1600));
    utterance.end();
    await studio.pass(400);
    expect(studio.heard).toEqual(speech(500));
    expect(studio.far.gaps()).toEqual([100]);
    expect(studio.playback.stats.underruns).toBe(1);
    expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", confirmed: true });
  });

  it("never makes a frame of less than it has: the rest of a frame waits for its end", async () => {
    const studio = new Studio({ echoes: "played" });
    const utterance = studio.queue("one");
    utterance.write(speech(30));
    await studio.pass(15);
    expect(studio.playback.stats.framesSent).toBe(1);
    expect(studio.playback.audible).toBe("one");
    utterance.end();
    expect(studio.playback.stats.framesSent).toBe(2);
    await studio.pass(100);
    expect(studio.heard.subarray(0, 240)).toEqual(speech(30));
    expect(studio.far.gaps()).toEqual([]);
  });

  it("keeps the floor while its next words are made", async () => {
    const studio = new Studio();
    studio.queue("one", { interruptible: false }).write(speech(40));
    await studio.pass(200);
    expect([studio.playback.audible, studio.playback.interruptible, studio.playback.outputLevel]).toEqual(["one", false, -Infinity]);
  });
});
