import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Patience } from "./patience.ts";

function createPatience() {
  const clock = createVirtualClock();
  return { clock, patience: new Patience(clock) };
}

const never = () => new Promise<never>(() => {});

describe("patience", () => {
  it("waits for many pieces with one timer, and for each as long as it may take", async () => {
    const { clock, patience } = createPatience();
    for (let piece = 0; piece < 5; piece++) {
      const work = Promise.withResolvers<number>();
      const waiting = patience.wait(work.promise, { ms: 100, what: "a piece" });
      await clock.advance(90);
      expect(clock.pending).toBe(1);
      work.resolve(piece);
      expect(await waiting).toBe(piece);
    }
    const late = expect(patience.wait(never(), { ms: 100, what: "a piece" })).rejects.toMatchObject({ code: "timeout", retryable: true });
    await clock.advance(100);
    await late;
  });

  it("looks sooner where less time is given", async () => {
    const { clock, patience } = createPatience();
    await patience.wait(Promise.resolve(), { ms: 10_000, what: "the first" });
    const late = expect(patience.wait(never(), { ms: 50, what: "the second" })).rejects.toMatchObject({ code: "timeout" });
    await clock.advance(50);
    await late;
  });

  it("ends when it is given up, at once where that was before, and leaves no timer when it is disposed of", async () => {
    const { clock, patience } = createPatience();
    const waiting = expect(patience.wait(never(), { ms: 100, what: "a piece" })).rejects.toMatchObject({ code: "aborted" });
    patience.giveUp();
    await waiting;
    await expect(patience.wait(never(), { ms: 100, what: "another" })).rejects.toMatchObject({ code: "aborted" });
    patience[Symbol.dispose]();
    expect(clock.pending).toBe(0);
  });
});
