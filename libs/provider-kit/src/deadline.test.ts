import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { withDeadline } from "./deadline.ts";

const never = () => new Promise<never>(() => undefined);

describe("work under a deadline", () => {
  it("gives its result and leaves no timer behind", async () => {
    const clock = createVirtualClock();
    await expect(withDeadline(() => Promise.resolve(7), { ms: 100, clock })).resolves.toBe(7);
    expect(clock.pending).toBe(0);
  });

  it("passes on what the work rejects with, also when it throws at once", async () => {
    const clock = createVirtualClock();
    const fault = new Error("no such host");
    await expect(withDeadline(() => Promise.reject(fault), { ms: 100, clock })).rejects.toBe(fault);
    await expect(withDeadline(() => { throw fault; }, { ms: 100, clock })).rejects.toBe(fault);
    expect(clock.pending).toBe(0);
  });

  it("ends as a timeout that names the work, and aborts it", async () => {
    const clock = createVirtualClock();
    let given: AbortSignal | undefined;
    const result = withDeadline((signal) => ((given = signal), never()), { ms: 100, clock, what: "Hanging up" });
    const outcome = expect(result).rejects.toMatchObject({ code: "timeout", retryable: true, message: "Hanging up got no answer within 100 ms" });
    await clock.advance(99);
    expect(given?.aborted).toBe(false);
    await clock.advance(1);
    await outcome;
    expect(given?.aborted).toBe(true);
  });

  it("ends when its caller cancels, and keeps the reason", async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    let given: AbortSignal | undefined;
    const result = withDeadline((signal) => ((given = signal), never()), { ms: 100, clock, signal: controller.signal });
    const outcome = expect(result).rejects.toMatchObject({ code: "aborted", cause: "hung up" });
    await clock.settle();
    controller.abort("hung up");
    await outcome;
    expect(given?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("does not begin for a caller that has cancelled already", async () => {
    const clock = createVirtualClock();
    let began = false;
    const work = () => ((began = true), never());
    await expect(withDeadline(work, { ms: 100, clock, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    expect(began).toBe(false);
  });

  it("ignores work that fails after its deadline", async () => {
    const clock = createVirtualClock();
    const work = (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("late"))));
    const outcome = expect(withDeadline(work, { ms: 10, clock })).rejects.toMatchObject({ code: "timeout" });
    await clock.advance(10);
    await outcome;
  });
});
