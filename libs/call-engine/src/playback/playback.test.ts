import { ALAW_8K, MULAW_8K, pcm16 } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { FarEnd, speech } from "./far-end.test-support.ts";
import { Studio } from "./playback.test-support.ts";

const MARKED = { echoes: "played" } as const;

describe("a playback", () => {
  it("plays what is written, byte for byte and without a gap, however it was cut", async () => {
    const studio = new Studio(MARKED);
    const audio = speech(1000);
    const utterance = studio.queue("one");
    for (let at = 0, size = 1; at < audio.length; at += size, size = (size * 7 + 3) % 900) utterance.write(audio.subarray(at, at + size));
    utterance.end();
    await studio.pass(1100);
    expect(studio.heard).toEqual(audio);
    expect(studio.far.gaps()).toEqual([]);
    expect(await utterance.done).toEqual({ outcome: "heard", confirmed: true, heardMs: 1000, totalMs: 1000 });
    expect(studio.far.faults).toEqual([]);
  });

  it("hands audio over as soon as it is written, not at the next beat", async () => {
    const studio = new Studio();
    await studio.pass(7);
    studio.queue("one").write(speech(20));
    expect(studio.events).toEqual(["sent one @7"]);
  });

  it("tells at the next beat that it is heard", async () => {
    const studio = new Studio();
    studio.say("one", speech(500));
    await studio.pass(20);
    expect(studio.events).toEqual(["sent one @0", "heard one @0"]);
  });

  it("keeps a copy of what is written", async () => {
    const studio = new Studio();
    const buffer = speech(20);
    const utterance = studio.queue("one");
    for (let turn = 0; turn < 20; turn++) utterance.write(buffer.fill(turn));
    utterance.end();
    await studio.pass(500);
    expect([...studio.heard].filter((_, index) => index % 160 === 0)).toEqual([...Array(20).keys()]);
  });

  it("stays ahead of the ear by its lead, a beat, and what is handed over at a time", async () => {
    const studio = new Studio({ leadMs: 200 });
    studio.say("one", speech(3000));
    const sent = studio.playback.stats.framesSent * 20;
    expect(sent).toBeGreaterThanOrEqual(200);
    await studio.pass(2900);
    expect(studio.far.mostAheadMs).toBeLessThanOrEqual(320);
    expect(studio.playback.stats).toEqual({ underruns: 0, framesSent: 150 });
  });

  it("hands over a few frames at a time, which is cheaper than one at every beat", async () => {
    const studio = new Studio();
    studio.say("one", speech(3000));
    await studio.pass(1000);
    const sent: number[] = [];
    for (let beat = 0; beat < 15; beat++) {
      const before = studio.playback.stats.framesSent;
      await studio.pass(20);
      sent.push(studio.playback.stats.framesSent - before);
    }
    expect(sent.filter((frames) => frames > 0)).toEqual([5, 5, 5]);
    expect(studio.far.faults).toEqual([]);
  });

  it("asks for its lead again and again, since a process may come to be busy", async () => {
    let leadMs = 100;
    const studio = new Studio({ leadMs: () => leadMs });
    studio.say("one", speech(6000));
    await studio.pass(1000);
    expect(studio.far.mostAheadMs).toBe(220);
    leadMs = 1000;
    await studio.pass(100);
    expect(studio.far.mostAheadMs).toBe(1120);
    leadMs = 200;
    await studio.pass(2000);
    const sentMs = studio.playback.stats.framesSent * 20;
    expect(sentMs - studio.playback.heardMs("one")).toBeLessThanOrEqual(320);
    expect(studio.far.gaps()).toEqual([]);
  });

  it("plays utterances in order and without a gap, and each begins when it may", async () => {
    const studio = new Studio(MARKED);
    const [second, first] = [studio.queue("nothing yet"), studio.queue("also nothing yet")];
    studio.playback.clear();
    expect([second.signal.aborted, first.signal.aborted]).toEqual([true, true]);
    expect(first.signal.reason).toMatchObject({ code: "aborted" });
    const early = studio.queue("a");
    studio.say("b", speech(400, 2));
    await studio.pass(100);
    early.write(speech(400, 1));
    early.end();
    await studio.pass(1000);
    expect(studio.heard).toEqual(Uint8Array.from([...speech(400, 1), ...speech(400, 2)]));
    expect(studio.far.gaps()).toEqual([]);
    expect(studio.events).toEqual(["sent a @100", "heard a @100", "sent b @280", "heard b @500", "idle"]);
  });

  it("fills up the last frame with silence, and counts only what was written", async () => {
    const studio = new Studio(MARKED);
    const utterance = studio.say("one", speech(50));
    await studio.pass(200);
    expect(studio.heard).toEqual(Uint8Array.from([...speech(50), ...new Uint8Array(80).fill(0xff)]));
    expect(await utterance.done).toEqual({ outcome: "heard", confirmed: true, heardMs: 50, totalMs: 50 });
  });

  it("ends an empty utterance when its turn comes", async () => {
    const studio = new Studio(MARKED);
    studio.say("spoken", speech(100));
    studio.queue("empty").end();
    studio.queue("failed").fail();
    await studio.pass(90);
    expect(studio.outcomes.size).toBe(0);
    await studio.pass(30);
    expect(studio.outcomes.get("empty")).toEqual({ outcome: "heard", confirmed: true, heardMs: 0, totalMs: 0 });
    expect(studio.outcomes.get("failed")).toMatchObject({ outcome: "failed", totalMs: 0 });
    studio.queue("alone").end();
    await studio.clock.settle();
    expect(studio.outcomes.get("alone")).toMatchObject({ outcome: "heard" });
    expect(studio.events).toEqual(["sent spoken @0", "heard spoken @0", "idle", "idle"]);
  });

  it("lets what was written before a failure be heard", async () => {
    const studio = new Studio(MARKED);
    const utterance = studio.queue("one");
    utterance.write(speech(310));
    utterance.fail();
    utterance.end();
    utterance.write(speech(100));
    await studio.pass(400);
    expect(await utterance.done).toEqual({ outcome: "failed", confirmed: true, heardMs: 310, totalMs: 310 });
    expect(utterance.signal.aborted).toBe(false);
    expect(studio.heard.subarray(0, 310 * 8)).toEqual(speech(310));
  });

  it("says what is heard, how much of it, and how loud it is", async () => {
    const studio = new Studio();
    const { playback } = studio;
    expect([playback.audible, playback.interruptible, playback.outputLevel]).toEqual([undefined, true, -Infinity]);
    studio.say("loud", new Uint8Array(1600).fill(0x80), { interruptible: false });
    studio.say("silent", new Uint8Array(1600).fill(0xff));
    expect([playback.audible, playback.interruptible]).toEqual(["loud", false]);
    await studio.pass(150);
    expect(playback.outputLevel).toBeCloseTo(-0.17, 1);
    expect([playback.heardMs("loud"), playback.heardMs("silent"), playback.heardMs("nobody")]).toEqual([150, 0, 0]);
    await studio.pass(100);
    expect([playback.audible, playback.interruptible, playback.outputLevel]).toEqual(["silent", true, -Infinity]);
    expect([playback.heardMs("loud"), playback.heardMs("silent")]).toEqual([0, 50]);
    await studio.pass(200);
    expect([playback.audible, playback.outputLevel]).toEqual([undefined, -Infinity]);
  });

  it.each([ALAW_8K, pcm16(8000), pcm16(16_000), pcm16(22_050), pcm16(24_000)])("speaks %o", async (format) => {
    const studio = new Studio({ ...MARKED, format });
    const bytesPerMs = (format.sampleRate * (format.encoding === "pcm16" ? 2 : 1)) / 1000;
    const audio = speech(700, 3, bytesPerMs).subarray(0, -2);
    studio.say("one", audio);
    await studio.pass(350);
    expect(studio.playback.heardMs("one")).toBeCloseTo(350, 3);
    expect(studio.playback.outputLevel).toBeGreaterThan(-20);
    await studio.pass(500);
    expect(studio.heard.subarray(0, audio.length)).toEqual(audio);
    expect(studio.heard.subarray(audio.length)).toEqual(new Uint8Array(2).fill(format.encoding === "alaw" ? 0xd5 : 0));
    expect(studio.outcomes.get("one")?.heardMs).toBeCloseTo(audio.length / bytesPerMs, 6);
    expect(studio.far.faults).toEqual([]);
  });

  it("sends chunks as large as the carrier wants them, and no more than it keeps", async () => {
    const studio = new Studio({ ...MARKED, capabilities: { minChunkMs: 60, maxBufferedMs: 130 } });
    studio.say("one", speech(600));
    await studio.pass(700);
    expect(studio.far.faults).toEqual([]);
    expect(studio.far.mostAheadMs).toBeLessThanOrEqual(130);
    expect(studio.playback.stats).toEqual({ underruns: 0, framesSent: 10 });
    const small = new Studio({ capabilities: { minChunkMs: 1, maxChunkMs: 10 } });
    small.say("one", speech(100));
    await small.pass(200);
    expect(small.far.faults).toEqual([]);
    expect(small.heard).toEqual(speech(100));
  });

  it("resolves `drained` when what was queued is over, and not for what came later", async () => {
    const studio = new Studio(MARKED);
    const resolved: string[] = [];
    studio.say("one", speech(200));
    void studio.playback.drained().then(() => resolved.push(`drained @${studio.clock.monotonic()}`));
    studio.say("two", speech(200));
    await studio.pass(190);
    expect(resolved).toEqual([]);
    await studio.pass(400);
    expect(resolved).toEqual(["drained @200"]);
    await studio.playback.drained();
  });

  it("refuses a link of another format, and keeps the one it has", async () => {
    const studio = new Studio();
    studio.say("one", speech(300));
    const other = new FarEnd(studio.clock, { format: ALAW_8K });
    expect(() => studio.playback.attach(other, other.capabilities)).toThrow(expect.objectContaining({ code: "unsupported" }) as Error);
    await studio.pass(400);
    expect(studio.heard).toEqual(speech(300));
    expect(MULAW_8K).toEqual(studio.far.formatOut);
  });

  it("takes part in the beat only while there is something to play", async () => {
    const studio = new Studio(MARKED);
    expect([studio.ticker.size, studio.clock.pending]).toEqual([0, 0]);
    studio.say("one", speech(100));
    expect(studio.ticker.size).toBe(1);
    await studio.pass(200);
    expect([studio.ticker.size, studio.clock.pending]).toEqual([0, 0]);
  });

  it("is silent after `close`: what waits and what comes is skipped", async () => {
    const studio = new Studio(MARKED);
    const { playback } = studio;
    studio.say("one", speech(1000));
    await studio.pass(100);
    playback.close();
    playback.close();
    const late = studio.say("late", speech(100));
    await studio.clock.settle();
    expect(studio.outcomes.get("one")).toEqual({ outcome: "skipped", confirmed: false, heardMs: 100, totalMs: 1000 });
    expect(studio.outcomes.get("late")).toEqual({ outcome: "skipped", confirmed: false, heardMs: 0, totalMs: 0 });
    expect(late.signal.aborted).toBe(true);
    expect([late.write(speech(20)), studio.ticker.size, playback.audible]).toEqual([true, 0, undefined]);
    expect([studio.far.clears, studio.events.includes("idle")]).toEqual([[], false]);
    playback.resume();
    playback.attach(studio.far, studio.far.capabilities);
    await studio.pass(500);
    expect(studio.playback.stats.framesSent).toBe(20);
  });
});
