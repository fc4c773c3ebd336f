import { MULAW_8K, type MediaLink } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { speech } from "./far-end.test-support.ts";
import { BLOCK_BYTES } from "./blocks.ts";
import { Playback } from "./playback.ts";
import { Studio } from "./playback.test-support.ts";
import { Tape } from "./tape.ts";
import { Ticker } from "./ticker.ts";

const SECOND = speech(1000);

describe("a writer", () => {
  it("is told to wait at a minute of audio, and to go on when a quarter of that was sent", async () => {
    const studio = new Studio({ echoes: "played" });
    const utterance = studio.queue("one");
    let seconds = 1;
    while (utterance.write(SECOND)) seconds += 1;
    expect(seconds).toBe(61);
    let writable = false;
    void utterance.writable().then(() => (writable = true));
    await studio.pass(15_000);
    expect(writable).toBe(false);
    await studio.pass(1000);
    expect(writable).toBe(true);
    await utterance.writable();
    expect(utterance.write(SECOND)).toBe(true);
  });

  it("of what comes later waits for the room that all have together, and not for ever", async () => {
    const studio = new Studio({ echoes: "played" });
    const [first, second] = [studio.queue("first"), studio.queue("second")];
    for (let turn = 0; turn < 60; turn++) second.write(SECOND);
    let writable = false;
    void second.writable().then(() => (writable = true));
    // The first one is not kept waiting by what lies behind it: that would be for ever.
    expect(first.write(SECOND)).toBe(true);
    first.write(SECOND);
    first.end();
    await studio.pass(1700);
    expect(writable).toBe(false);
    await studio.pass(16_000);
    expect(writable).toBe(true);
    expect(studio.far.heard()).toHaveLength(1);
  });

  it("that waits is let go when its utterance is skipped or ended", async () => {
    const studio = new Studio({ attached: false });
    const [one, two] = [studio.queue("one"), studio.queue("two")];
    for (let turn = 0; turn < 60; turn++) one.write(SECOND);
    const waiting = [one.writable(), one.writable(), two.writable()];
    two.end();
    await waiting[2];
    studio.playback.clear();
    await Promise.all(waiting);
    expect([one.write(SECOND), two.write(SECOND)]).toEqual([true, true]);
    await one.writable();
  });

  it("that does not listen is cut off at five minutes, and its utterance fails", async () => {
    const studio = new Studio({ echoes: "played" });
    const utterance = studio.queue("one");
    for (let turn = 0; turn < 400; turn++) utterance.write(SECOND);
    await studio.pass(302_000);
    expect(await utterance.done).toMatchObject({ outcome: "failed", confirmed: true, heardMs: 300_000, totalMs: 300_000 });
  });

  it("of far too many utterances is refused", () => {
    const studio = new Studio({ attached: false });
    for (let turn = 0; turn < 1000; turn++) studio.queue(`${turn}`);
    expect(() => studio.queue("one more")).toThrow(expect.objectContaining({ code: "capacity" }) as Error);
    studio.playback.clear();
    studio.queue("again");
  });
});

describe("a tape", () => {
  it("gives back what was written, at any place and of any length", () => {
    const tape = new Tape();
    const audio = speech(5000);
    for (let at = 0, size = 1; at < audio.length; at += size, size = (size * 5 + 1) % 20_011) tape.write(audio.subarray(at, at + size));
    expect(tape.length).toBe(audio.length);
    for (const [at, length] of [[0, 160], [8100, 200], [8192, 1], [16_383, 2], [3, 30_000], [39_990, 10]] as const) {
      const output = new Uint8Array(length);
      expect(tape.read(at, output)).toBe(length);
      expect(output).toEqual(audio.subarray(at, at + length));
    }
    expect(tape.read(39_950, new Uint8Array(160))).toBe(50);
    expect(tape.read(40_000, new Uint8Array(160))).toBe(0);
  });

  it("lets go of what is behind, and keeps the place of the rest", () => {
    const tape = new Tape();
    for (let turn = 0; turn < 60; turn++) {
      tape.write(SECOND);
      tape.release(turn * 8000 - 16_000);
      expect(tape.heldBytes).toBeLessThan(24_000 + 3 * BLOCK_BYTES);
    }
    const output = new Uint8Array(160);
    tape.read(59 * 8000 + 40, output);
    expect(output).toEqual(SECOND.subarray(40, 200));
    tape.release(Infinity);
    expect(tape.heldBytes).toBeLessThanOrEqual(BLOCK_BYTES);
    tape.write(SECOND);
    tape.read(60 * 8000, output);
    expect(output).toEqual(SECOND.subarray(0, 160));
  });
});

describe("tapes", () => {
  it("that are closed hold nothing, and give and take nothing", () => {
    const tape = new Tape();
    tape.write(SECOND);
    tape.close();
    tape.close();
    tape.write(SECOND);
    tape.release(4000);
    expect([tape.heldBytes, tape.length, tape.read(0, new Uint8Array(160))]).toEqual([0, 8000, 0]);
  });

  it("use memory of each other again, and none of them ever holds the audio of another", () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
    const fresh = () => ({ tape: new Tape(), audio: [] as number[], released: 0 });
    const all = Array.from({ length: 8 }, fresh);
    for (let round = 0; round < 4000; round++) {
      const one = all[random(all.length)] as ReturnType<typeof fresh>;
      const { tape, audio } = one;
      const written = Uint8Array.from({ length: random(3000) }, () => random(256));
      tape.write(written);
      audio.push(...written);
      const at = one.released + random(audio.length - one.released + 1);
      const output = new Uint8Array(random(2000));
      const count = tape.read(at, output);
      expect(Buffer.compare(output.subarray(0, count), Uint8Array.from(audio.slice(at, at + count)))).toBe(0);
      expect(count).toBe(Math.min(output.length, audio.length - at));
      one.released = at;
      tape.release(at);
      if (audio.length < 30_000) continue;
      tape.close();
      Object.assign(one, fresh());
    }
  });
});

describe("the memory that a frame costs", () => {
  const [CALLS, BEATS] = [40, 100];
  /** The smallest object there is, a number with a fraction, takes 16 bytes; a view of a buffer takes some 100. */
  const LIMIT_BYTES = CALLS * BEATS * 12;

  const link: MediaLink = {
    formatIn: MULAW_8K,
    formatOut: MULAW_8K,
    send: () => true,
    writable: () => Promise.resolve(),
    mark: () => {},
    clear: () => {},
    listen: () => {},
    closed: new Promise(() => {}),
    close: () => {},
  };

  /**
   * Heap growth over two seconds of many calls on links that keep nothing, with the clock going by hand: the median of five
   * runs, once that is below the limit. A busy machine compiles late, so there are many tries.
   */
  function heapGrowth(limit: number, onSend: () => unknown, onFrame: (playback: Playback) => unknown = () => undefined): number {
    let now = 0;
    let beat = () => {};
    const cancel = () => {};
    const schedule = (_: number, callback: () => void) => {
      beat = callback;
      return cancel;
    };
    const clock = { now: () => now, monotonic: () => now, schedule };
    const ticker = new Ticker(clock);
    const sendFrames = (chunk: Uint8Array) => {
      for (let at = 0; at < chunk.length; at += 160) onSend();
      return true;
    };
    const calls = Array.from({ length: CALLS }, () => {
      const events = { firstFrameSent: () => {}, firstFrameHeard: () => {}, idle: () => {} };
      const playback = new Playback({ clock, ticker, formatOut: MULAW_8K, events });
      playback.attach({ ...link, send: sendFrames }, { marks: false, clear: true, minChunkMs: 20, maxChunkMs: 1000, maxBufferedMs: 10_000 });
      return { playback, utterance: playback.queue({ id: "one", interruptible: true }) };
    });
    const audio = speech(BEATS * 20);
    const growth = () => {
      for (const { utterance } of calls) utterance.write(audio);
      const before = process.memoryUsage().heapUsed;
      for (let turn = 0; turn < BEATS; turn++) {
        now += 20;
        beat();
        for (const { playback } of calls) onFrame(playback);
      }
      return process.memoryUsage().heapUsed - before;
    };
    let middle = Infinity;
    for (let tries = 0; tries < 60 && middle > limit; tries++) {
      middle = Array.from({ length: 5 }, growth).sort((a, b) => a - b)[2] as number;
    }
    expect(calls.map(({ playback }) => playback.stats.underruns)).toEqual(calls.map(() => 0));
    return middle;
  }

  it("is none", () => {
    expect(heapGrowth(LIMIT_BYTES, () => undefined)).toBeLessThan(LIMIT_BYTES);
  });

  it("is a few numbers where its level is asked for", () => {
    let loud = 0;
    const growth = heapGrowth(5 * LIMIT_BYTES, () => undefined, (playback) => {
      if (playback.outputLevel > -10) loud += 1;
    });
    expect(growth).toBeLessThan(5 * LIMIT_BYTES);
    expect(loud).toBeGreaterThan(CALLS * BEATS);
  });

  it("would be noticed: one view a frame is too much", () => {
    let kept = SECOND;
    expect(heapGrowth(5 * LIMIT_BYTES, () => (kept = SECOND.subarray(1)))).toBeGreaterThan(5 * LIMIT_BYTES);
    expect(kept).toHaveLength(7999);
  });
});
