import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { Timers } from "./timers.ts";

describe("timers of one call", () => {
  it("call back once, each at its time", async () => {
    const clock = createVirtualClock();
    const timers = new Timers(clock);
    const rang: string[] = [];
    timers.after(200, () => rang.push("late"));
    timers.after(100, () => rang.push("soon"));
    await clock.advance(150);
    expect(rang).toEqual(["soon"]);
    await clock.advance(1_000);
    expect(rang).toEqual(["soon", "late"]);
  });

  it("can be cancelled, also when they are over", async () => {
    const clock = createVirtualClock();
    const timers = new Timers(clock);
    const rang: string[] = [];
    const cancel = timers.after(100, () => rang.push("never"));
    const cancelOver = timers.after(50, () => rang.push("once"));
    cancel();
    await clock.advance(1_000);
    cancel();
    cancelOver();
    expect(rang).toEqual(["once"]);
    expect(clock.pending).toBe(0);
  });

  it("are cancelled together, and take new ones afterwards", async () => {
    const clock = createVirtualClock();
    const timers = new Timers(clock);
    const rang: string[] = [];
    timers.after(100, () => rang.push("never"));
    timers.after(200, () => rang.push("never"));
    timers.cancelAll();
    expect(clock.pending).toBe(0);
    timers.after(100, () => rang.push("anew"));
    await clock.advance(1_000);
    expect(rang).toEqual(["anew"]);
  });
});
