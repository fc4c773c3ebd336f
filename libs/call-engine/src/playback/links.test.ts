import { describe, expect, it } from "vitest";
import { FarEnd, speech } from "./far-end.test-support.ts";
import { Studio } from "./playback.test-support.ts";

describe("without a link", () => {
  it("what is said waits for one", async () => {
    const studio = new Studio({ echoes: "played", attached: false });
    studio.say("greeting", speech(300));
    const pending = studio.queue("next");
    await studio.pass(2000);
    expect([studio.events, studio.ticker.size, studio.playback.audible, studio.playback.heardMs("greeting")]).toEqual([[], 0, undefined, 0]);
    studio.attach();
    await studio.pass(400);
    expect(studio.far.heard()).toEqual([{ at: 2000, bytes: speech(300) }]);
    pending.end();
    expect(studio.events).toEqual(["sent greeting @2000", "heard greeting @2000", "idle"]);
  });

  it("it can be paused, resumed and cleared like with one", async () => {
    const studio = new Studio({ attached: false });
    studio.say("one", speech(300, 1));
    studio.playback.pause();
    studio.attach();
    await studio.pass(500);
    expect(studio.heard).toHaveLength(0);
    studio.playback.resume();
    await studio.pass(100);
    studio.playback.detach();
    studio.playback.detach();
    studio.playback.clear();
    await studio.clock.settle();
    expect(studio.outcomes.get("one")).toEqual({ outcome: "skipped", confirmed: false, heardMs: 100, totalMs: 300 });
    studio.say("two", speech(100, 2));
    studio.attach();
    await studio.pass(200);
    expect(studio.heard).toEqual(speech(100, 2));
  });
});

describe("a later link", () => {
  it.each(["in place of one that is there", "after one that the carrier ended", "after one that was given up"])("%s goes on in mid-sentence", async (how) => {
    const studio = new Studio({ echoes: "played", flushed: "silent" });
    const first = studio.far;
    studio.say("one", speech(800, 1));
    studio.say("two", speech(200, 2));
    await studio.pass(410);
    if (how.startsWith("after one that the carrier")) first.hangUp();
    if (how.startsWith("after one that was given")) studio.playback.detach();
    await studio.pass(how.startsWith("in place") ? 0 : 700);
    if (!how.startsWith("in place")) expect([studio.playback.audible, studio.playback.heardMs("one"), studio.ticker.size]).toEqual([undefined, 400, 0]);
    studio.attach();
    first.hangUp("us");
    await studio.pass(1000);
    expect(studio.heard).toEqual(Uint8Array.from([...speech(800, 1).subarray(3200), ...speech(200, 2)]));
    expect(studio.outcomes.get("one")).toEqual({ outcome: "heard", confirmed: true, heardMs: 800, totalMs: 800 });
    expect(studio.outcomes.get("two")).toMatchObject({ outcome: "heard", confirmed: true });
    expect(studio.events).toEqual(["sent one @0", "heard one @0", expect.stringMatching(/^sent two/), expect.stringMatching(/^heard two/), "idle"]);
    expect([first.faults, studio.far.faults, studio.playback.stats.underruns]).toEqual([[], [], 0]);
  });

  it("hears nothing of the marks and the way of the one before", async () => {
    const studio = new Studio({ echoes: "played", transitMs: 200 });
    const old = studio.far;
    studio.say("one", speech(3000));
    await studio.pass(1500);
    expect(studio.playback.heardMs("one")).toBe(1100);
    const names = old.marks.map(({ name }) => name);
    studio.attach(new FarEnd(studio.clock, { echoes: "never", capabilities: { marks: true } }));
    await studio.pass(100);
    for (const name of names) studio.playback.onMark(name);
    expect(studio.playback.heardMs("one")).toBe(1200);
    expect(studio.far.marks.some(({ name }) => names.includes(name))).toBe(false);
  });

  it("may want other chunks", async () => {
    const studio = new Studio({ echoes: "played" });
    studio.say("one", speech(1000));
    await studio.pass(330);
    studio.attach(new FarEnd(studio.clock, { capabilities: { minChunkMs: 50 } }));
    await studio.pass(1000);
    expect(studio.heard.subarray(0, 700 * 8)).toEqual(speech(1000).subarray(2400));
    expect([...studio.heard.subarray(700 * 8)].every((byte) => byte === 0xff)).toBe(true);
    expect(studio.far.faults).toEqual([]);
    expect(studio.outcomes.get("one")).toMatchObject({ heardMs: 1000, totalMs: 1000 });
  });

  it("repeats what no mark had confirmed, since it may have been lost on the way", async () => {
    const studio = new Studio({ echoes: "played", transitMs: 50 });
    studio.say("one", speech(200, 1));
    studio.say("two", speech(200, 2));
    // By now the marks of 100 and 200 ms have come back.
    await studio.pass(340);
    expect(studio.outcomes.get("one")).toMatchObject({ confirmed: true });
    studio.far.hangUp();
    await studio.pass(100);
    studio.attach(new FarEnd(studio.clock, { echoes: "played" }));
    await studio.pass(300);
    expect(studio.heard).toEqual(speech(200, 2));
  });

  it("goes on where marks stopped coming, when nobody had noticed that the one before was dead", async () => {
    for (const [deadMs, lostMs] of [[3000, 0], [9000, 0], [15_000, 5000]] as const) {
      const studio = new Studio({ echoes: "played" });
      studio.say("one", speech(30_000));
      await studio.pass(1000);
      studio.far.onMark = () => {};
      await studio.pass(deadMs);
      studio.attach();
      await studio.pass(100);
      expect(studio.heard).toEqual(speech(30_000).subarray((1000 + lostMs) * 8).subarray(0, 800));
    }
  });

  it("goes on by the clock where marks never came", async () => {
    const studio = new Studio({ echoes: "never" });
    studio.say("one", speech(5000));
    await studio.pass(3010);
    studio.attach();
    await studio.pass(100);
    expect(studio.heard).toEqual(speech(5000).subarray(3000 * 8).subarray(0, 800));
  });

  it("goes on by the clock where marks never came on the one before, though they did on another", async () => {
    const studio = new Studio({ echoes: "played" });
    studio.say("one", speech(9000));
    await studio.pass(500);
    studio.attach(new FarEnd(studio.clock, { echoes: "never" }));
    await studio.pass(3000);
    studio.attach();
    await studio.pass(100);
    expect(studio.heard).toEqual(speech(9000).subarray(3500 * 8).subarray(0, 800));
  });

  it("ends what the caller had heard to its end on the one before", async () => {
    const studio = new Studio({ echoes: "played", transitMs: 10 });
    studio.say("one", speech(105));
    await studio.pass(119);
    // The clock is stopped between the last mark's coming and the beat.
    studio.clock.stall(30);
    studio.playback.onMark("g2-2");
    await studio.clock.settle();
    expect(studio.outcomes.get("one")).toMatchObject({ outcome: "heard", confirmed: true });
  });
});

describe("a link that is congested", () => {
  it("gets nothing more before it is writable, and then goes on within the lead", async () => {
    const studio = new Studio({ echoes: "played", congestedAfter: 6 });
    studio.say("one", speech(2000));
    await studio.pass(1000);
    expect(studio.playback.stats.framesSent).toBe(30);
    studio.far.decongest();
    await studio.pass(2000);
    expect(studio.heard).toEqual(speech(2000));
    expect(studio.far.faults).toEqual([]);
    expect(studio.far.gaps()).toEqual([400]);
    expect(studio.far.mostAheadMs).toBeLessThanOrEqual(320);
    expect(studio.playback.stats.underruns).toBe(1);
  });

  it("again and again is asked again and again", async () => {
    const studio = new Studio({ echoes: "played", congestedAfter: 1 });
    studio.say("one", speech(600));
    for (let turn = 0; turn < 60; turn++) {
      await studio.pass(11);
      studio.far.decongest(1);
    }
    await studio.pass(500);
    expect(studio.heard).toEqual(speech(600));
    expect(studio.far.faults).toEqual([]);
  });

  it("is still cleared, and not waited for by its successor", async () => {
    const studio = new Studio({ echoes: "played", congestedAfter: 1 });
    const first = studio.far;
    studio.say("one", speech(1000, 1));
    await studio.pass(50);
    studio.playback.clear();
    expect(first.clears).toEqual([50]);
    studio.say("two", speech(200, 2));
    await studio.pass(100);
    expect(studio.playback.stats.framesSent).toBe(5);
    studio.attach(new FarEnd(studio.clock, { echoes: "played", congestedAfter: 1 }));
    first.decongest();
    await studio.pass(200);
    expect(studio.heard).toEqual(speech(100, 2));
    studio.far.decongest();
    await studio.pass(100);
    expect(studio.heard).toEqual(speech(200, 2));
    expect(studio.outcomes.get("two")).toMatchObject({ outcome: "heard" });
    expect(studio.far.faults).toEqual([]);
  });
});

describe("a link that is broken", () => {
  it.each(["send", "mark", "clear", "writable"] as const)("because `%s` fails is closed, and what was not heard goes to the next", async (method) => {
    const studio = new Studio({ echoes: "played", ...(method === "writable" && { congestedAfter: 4 }) });
    const broken = studio.far;
    const utterance = studio.say("one", speech(1000));
    if (method === "writable") broken.writable = () => Promise.reject(new Error("socket"));
    else broken[method] = () => { throw new Error("socket"); };
    await studio.pass(150);
    if (method === "clear") studio.playback.pause();
    await expect(broken.closed).resolves.toMatchObject({ by: "us" });
    await studio.pass(100);
    expect([studio.errors, studio.ticker.size, studio.playback.paused]).toEqual([[], 0, method === "clear"]);
    studio.playback.resume();
    const heardMs = studio.playback.heardMs("one");
    studio.attach(new FarEnd(studio.clock, { echoes: "played" }));
    await studio.pass(1100);
    expect(studio.heard).toEqual(speech(1000).subarray(heardMs * 8));
    expect(await utterance.done).toMatchObject({ outcome: "heard", heardMs: 1000 });
  });

  it("from the start is said to have got nothing", async () => {
    const studio = new Studio();
    studio.far.send = () => { throw new Error("socket"); };
    studio.say("one", speech(100));
    await studio.pass(200);
    expect([studio.events, studio.playback.heardMs("one")]).toEqual([[], 0]);
    studio.attach();
    expect(studio.events).toEqual(["sent one @200"]);
  });
});
