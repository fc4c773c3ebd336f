import { describe, expect, it } from "vitest";
import { createStallingClock } from "./far-end.test-support.ts";
import { Ticker } from "./ticker.ts";

function ticking(periodMs?: number) {
  const clock = createStallingClock();
  const errors: unknown[] = [];
  const ticker = new Ticker(clock, periodMs, (error) => errors.push(error));
  return { clock, ticker, errors };
}

describe("a ticker", () => {
  it("beats every 20 ms for all who listen, with one timer", async () => {
    const { clock, ticker } = ticking();
    const beats: string[] = [];
    ticker.add({ onTick: (now) => (beats.push(`a${now}`), now) });
    await clock.advance(10);
    ticker.add({ onTick: (now) => (beats.push(`b${now}`), now) });
    expect([ticker.size, clock.pending]).toEqual([2, 1]);
    await clock.advance(50);
    expect(beats).toEqual(["a20", "b20", "a40", "b40", "a60", "b60"]);
  });

  it("rests while nobody listens", async () => {
    const { clock, ticker } = ticking(30);
    const beats: number[] = [];
    const seat = ticker.add({ onTick: (now) => (beats.push(now), now) });
    await clock.advance(35);
    seat.leave();
    seat.leave();
    seat.wake();
    expect([ticker.size, clock.pending]).toEqual([0, 0]);
    await clock.advance(65);
    ticker.add({ onTick: (now) => (beats.push(now), now) });
    await clock.advance(30);
    expect(beats).toEqual([30, 130]);
  });

  it("keeps its beat when a timer is late, and begins anew after a stall instead of beating many times at once", async () => {
    const { clock, ticker } = ticking();
    const beats: number[] = [];
    ticker.add({ onTick: (now) => (beats.push(now), now) });
    clock.stall(7);
    await clock.advance(40);
    clock.stall(95);
    await clock.advance(60);
    expect(beats).toEqual([27, 40, 155, 175, 195]);
  });

  it("says before each beat by how much it is late", async () => {
    const clock = createStallingClock();
    const late: string[] = [];
    const ticker = new Ticker(clock, 20, undefined, (lateMs, nowMs) => late.push(`${lateMs}@${nowMs}`));
    ticker.add({ onTick: (now) => (late.push("beat"), now) });
    await clock.advance(20);
    clock.stall(95);
    await clock.advance(40);
    expect(late).toEqual(["0@20", "beat", "95@135", "beat", "0@155", "beat"]);
  });

  it("lets listeners come and go while it beats", async () => {
    const { clock, ticker } = ticking();
    const beats: string[] = [];
    const once = ticker.add({
      onTick: (now) => {
        beats.push("once");
        once.leave();
        ticker.add({ onTick: (at) => (beats.push("next"), at) });
        return now;
      },
    });
    await clock.advance(20);
    expect([ticker.size, clock.pending]).toEqual([1, 1]);
    beats.length = 0;
    await clock.advance(40);
    expect(beats).toEqual(["next", "next"]);
  });

  it("leaves out those that have nothing to do yet, unless they are woken", async () => {
    const { clock, ticker } = ticking();
    const beats: string[] = [];
    const sleeper = ticker.add({ onTick: (now) => (beats.push(`a${now}`), 90) });
    ticker.add({ onTick: (now) => (beats.push(`b${now}`), Infinity) });
    await clock.advance(110);
    expect(beats).toEqual(["a20", "b20", "a100"]);
    sleeper.wake();
    await clock.advance(20);
    expect(beats.at(-1)).toBe("a120");
  });

  it("has room for as many as there are, and gives places that were left to others", async () => {
    const { clock, ticker } = ticking();
    const beats = new Map<number, number>();
    const join = (who: number) => ticker.add({ onTick: (now) => (beats.set(who, (beats.get(who) ?? 0) + 1), now) });
    const first = Array.from({ length: 200 }, (_, who) => join(who));
    first.slice(50, 150).forEach((seat) => seat.leave());
    Array.from({ length: 100 }, (_, who) => join(1000 + who));
    first.slice(50, 150).forEach((seat) => (seat.wake(), seat.leave()));
    await clock.advance(20);
    expect([ticker.size, beats.size]).toEqual([200, 200]);
    expect([...beats.values()].every((count) => count === 1)).toBe(true);
  });

  it("is not kept from the others by one that throws", async () => {
    const { clock, ticker, errors } = ticking();
    const beats: number[] = [];
    ticker.add({
      onTick: () => {
        throw new Error("broken");
      },
    });
    ticker.add({ onTick: (now) => (beats.push(now), now) });
    await clock.advance(40);
    expect(beats).toEqual([20, 40]);
    expect(errors).toHaveLength(2);
  });

  it("ends with `stop`, also within a beat, and for good", async () => {
    const { clock, ticker } = ticking();
    let beats = 0;
    ticker.add({
      onTick: () => {
        beats += 1;
        ticker.stop();
        return 0;
      },
    });
    await clock.advance(100);
    const late = ticker.add({ onTick: () => (beats += 100) });
    await clock.advance(100);
    late.wake();
    late.leave();
    expect([beats, ticker.size, clock.pending]).toEqual([1, 0, 0]);
  });
});
