import { TelephonyError } from "@openclaw/telephony-contract";
import { expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";

/** Calls after which the heap is looked at first: caches and compiled code are warm by then. */
const WARM_UP = 200;
const CALLS = 1000;
/** Bytes that a call may leave behind: the desk's own notes and the database's cache, not a call's state. */
const BYTES_A_CALL = 1500;

it("pain 32: a thousand calls, good and bad, leave nothing behind", { timeout: 60_000 }, async () => {
  await using desk = await createDesk();
  const { carrier, clock, telephone } = desk;

  const oneCall = async (kind: number) => {
    if (kind === 1) carrier.failing.set("dial", new TelephonyError("unavailable", "down"));
    const callId = await desk.call({ message: "Hello, this is your agent." }).catch(() => undefined);
    carrier.failing.clear();
    if (callId === undefined) return;
    if (kind === 2) return carrier.emit("ended", callId, { reason: "busy" });
    carrier.emit("answered", callId);
    carrier.stepDone(callId);
    carrier.answer(callId, "What time is it?");
    if (kind === 3) desk.questions.at(-1)?.fail(new Error("model down"));
    else desk.questions.at(-1)?.finish("It is five o'clock now.");
    await clock.settle();
    const waiting = kind === 4 ? telephone.continue(callId, "And now?").catch(() => {}) : undefined;
    carrier.emit("ended", callId, { reason: "completed" });
    await waiting;
    carrier.dials.length = carrier.performed.length = carrier.hangups.length = desk.questions.length = 0;
    (desk.logs as unknown[]).length = 0;
  };

  const heapAfter = async (calls: number) => {
    for (let i = 0; i < calls; i++) await oneCall(i % 5);
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };

  const before = await heapAfter(WARM_UP);
  const timers = clock.pending;
  const after = await heapAfter(CALLS);
  expect(telephone.active()).toEqual([]);
  expect(clock.pending).toBe(timers);
  expect(globalThis.gc, "the suite runs with --expose-gc").toBeTypeOf("function");
  expect((after - before) / CALLS).toBeLessThan(BYTES_A_CALL);
});
