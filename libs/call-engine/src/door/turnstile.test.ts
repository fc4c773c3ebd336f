import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Turnstile } from "./turnstile.ts";

const LIMITS = { perSource: 2, waitingPerSource: 2, waiting: 3, waitMs: 5000 };

describe("the turnstile", () => {
  it("lets in a few of each source at once", () => {
    const turnstile = new Turnstile(createVirtualClock(), LIMITS);
    expect([turnstile.enter("a"), turnstile.enter("a"), turnstile.enter("b")]).toEqual([true, true, true]);
  });

  it("has the next ones wait, in the order in which they came", async () => {
    const turnstile = new Turnstile(createVirtualClock(), LIMITS);
    const order: string[] = [];
    void turnstile.enter("a");
    void turnstile.enter("a");
    void Promise.resolve(turnstile.enter("a")).then(() => order.push("first"));
    void Promise.resolve(turnstile.enter("a")).then(() => order.push("second"));
    turnstile.leave("a");
    await Promise.resolve();
    await Promise.resolve();
    expect(order).toEqual(["first"]);
    turnstile.leave("a");
    await new Promise(setImmediate);
    expect(order).toEqual(["first", "second"]);
  });

  it("refuses those beyond", () => {
    const turnstile = new Turnstile(createVirtualClock(), LIMITS);
    const answers = Array.from({ length: 5 }, () => turnstile.enter("a"));
    expect(answers.map((answer) => (typeof answer === "boolean" ? answer : "waits"))).toEqual([true, true, "waits", "waits", false]);
    void turnstile.enter("b");
    void turnstile.enter("b");
    expect([turnstile.enter("b"), turnstile.enter("b")].map((answer) => (typeof answer === "boolean" ? answer : "waits"))).toEqual(["waits", false]);
  });

  it("refuses who has waited too long, and forgets them", async () => {
    const clock = createVirtualClock();
    const turnstile = new Turnstile(clock, LIMITS);
    void turnstile.enter("a");
    void turnstile.enter("a");
    const waiting = turnstile.enter("a");
    await clock.advance(5000);
    expect(await waiting).toBe(false);
    turnstile.leave("a");
    turnstile.leave("a");
    expect(turnstile.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("forgets sources that come and go, and nobody who is inside", () => {
    const turnstile = new Turnstile(createVirtualClock(), LIMITS);
    void turnstile.enter("stays");
    void turnstile.enter("stays");
    for (let visitor = 0; visitor < 1000; visitor++) {
      expect(turnstile.enter(`visitor ${visitor}`)).toBe(true);
      turnstile.leave(`visitor ${visitor}`);
      expect(turnstile.size).toBe(1);
    }
    expect(turnstile.enter("stays")).toBeInstanceOf(Promise);
    turnstile.leave("stays");
    turnstile.leave("stays");
    turnstile.leave("stays");
    expect(turnstile.size).toBe(0);
  });
});
