import { describe, expect, it } from "vitest";
import { createVirtualClock } from "./virtual-clock.ts";

describe("a virtual clock", () => {
  it("stands still until it is moved", async () => {
    const clock = createVirtualClock({ startsAt: 5_000 });
    await clock.settle();
    expect([clock.now(), clock.monotonic()]).toEqual([5_000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.monotonic()]).toEqual([5_250, 250]);
  });

  it("runs what falls due in the order of time, then of making, each at its own time", async () => {
    const clock = createVirtualClock();
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.monotonic()}`);
    clock.schedule(20, note("late"));
    clock.schedule(10, note("first"));
    clock.schedule(10, note("second"));
    clock.schedule(99, note("not yet"));
    await clock.advance(20);
    expect(ran).toEqual(["first@10", "second@10", "late@20"]);
    expect(clock.pending).toBe(1);
  });

  it("lets promises settle between two callbacks", async () => {
    const clock = createVirtualClock();
    const ran: string[] = [];
    clock.schedule(1, () => {
      void (async () => {
        for (let i = 0; i < 50; i++) await Promise.resolve();
        ran.push("chain of the first");
        clock.schedule(1, () => void ran.push("made by the first"));
      })();
    });
    clock.schedule(3, () => void ran.push("second"));
    await clock.advance(3);
    expect(ran).toEqual(["chain of the first", "made by the first", "second"]);
  });

  it("forgets what is cancelled, also by a callback that runs at the same time", async () => {
    const clock = createVirtualClock();
    const ran: string[] = [];
    clock.schedule(5, () => cancel());
    const cancel = clock.schedule(5, () => void ran.push("cancelled"));
    await clock.advance(5);
    cancel();
    expect(ran).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("stops at the callback that makes the awaited thing true", async () => {
    const clock = createVirtualClock();
    let rings = 0;
    const ring = () => {
      rings++;
      clock.schedule(100, ring);
    };
    ring();
    await clock.runUntil(() => rings === 3, 10_000);
    expect(clock.monotonic()).toBe(200);
  });

  it("rejects where the awaited thing does not come", async () => {
    const clock = createVirtualClock();
    await expect(clock.runUntil(() => false, 50)).rejects.toThrow("after 50 ms");
    expect(clock.monotonic()).toBe(50);
  });

  it("rejects with what a callback throws, and can be moved again", async () => {
    const clock = createVirtualClock();
    clock.schedule(1, () => {
      throw new Error("broken callback");
    });
    await expect(clock.advance(1)).rejects.toThrow("broken callback");
    await clock.advance(1);
    expect(clock.monotonic()).toBe(2);
  });

  it("refuses to move backwards, twice at once, or without end", async () => {
    const clock = createVirtualClock();
    await expect(clock.advance(-1)).rejects.toThrow(RangeError);
    const first = clock.advance(1);
    await expect(clock.advance(1)).rejects.toThrow("moving already");
    await first;
    const again = () => void clock.schedule(0, again);
    again();
    await expect(clock.runUntil(() => false, 1)).rejects.toThrow("reschedules itself");
  }, 20_000);
});
