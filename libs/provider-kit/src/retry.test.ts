import { describe, expect, it } from "vitest";
import { TelephonyError, type TelephonyErrorOptions } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { seededRandom } from "./random.test-support.ts";
import { retry, type RetryOptions } from "./retry.ts";

const busy = (options: TelephonyErrorOptions = {}) => new TelephonyError("unavailable", "busy", { retryable: true, ...options });
const always = (error: unknown) => () => Promise.reject(error instanceof Error ? error : new Error(String(error)));

/** Tries work that fails in the given ways and then succeeds. Says when each attempt began, on a clock that begins at 0. */
async function tryAgain(failures: readonly unknown[], options: Partial<RetryOptions> = {}) {
  const clock = createVirtualClock();
  const began: number[] = [];
  const numbers: number[] = [];
  const work = async (attempt: number) => {
    began.push(clock.monotonic());
    numbers.push(attempt);
    if (attempt <= failures.length) throw failures[attempt - 1];
    return "done";
  };
  const outcome = retry(work, { clock, signal: new AbortController().signal, random: () => 0.5, ...options }).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  await clock.advance(60_000);
  return { outcome: await outcome, began, numbers, pending: clock.pending };
}

describe("retried work", () => {
  it("runs once when it succeeds, and leaves no timer behind", async () => {
    expect(await tryAgain([])).toEqual({ outcome: { result: "done" }, began: [0], numbers: [1], pending: 0 });
  });

  it("runs again after retryable errors, and is told which attempt it is", async () => {
    const { outcome, numbers } = await tryAgain([busy(), busy()]);
    expect(outcome).toEqual({ result: "done" });
    expect(numbers).toEqual([1, 2, 3]);
  });

  it("fails with the error of its last attempt", async () => {
    const last = busy();
    const { outcome, numbers } = await tryAgain([busy(), busy(), last, busy()]);
    expect((outcome as { error: unknown }).error).toBe(last);
    expect(numbers).toEqual([1, 2, 3]);
  });

  it.each([1, 2, 5])("runs %d times where that many attempts are allowed", async (attempts) => {
    const { numbers } = await tryAgain(Array.from({ length: 9 }, () => busy()), { attempts });
    expect(numbers).toHaveLength(attempts);
  });

  it.each([
    ["an error of the contract that is not retryable", new TelephonyError("invalid-request", "no such number")],
    ["a defect", new TypeError("undefined is not a function")],
    ["an error that only calls itself retryable", Object.assign(new Error("odd"), { code: "unavailable", retryable: true })],
    ["a thrown text", "unavailable"],
    ["nothing at all", undefined],
  ])("does not run again after %s", async (_, failure) => {
    const { outcome, numbers, pending } = await tryAgain([failure]);
    expect((outcome as { error: unknown }).error).toBe(failure);
    expect(numbers).toEqual([1]);
    expect(pending).toBe(0);
  });

  it("stops at the first error that is not retryable", async () => {
    const refused = new TelephonyError("auth-failed", "wrong token");
    const { outcome, numbers } = await tryAgain([busy(), refused]);
    expect((outcome as { error: unknown }).error).toBe(refused);
    expect(numbers).toEqual([1, 2]);
  });

  it("fails as work does that throws at once", async () => {
    const clock = createVirtualClock();
    const fault = new Error("at once");
    const work = (): Promise<never> => { throw fault; };
    await expect(retry(work, { clock, signal: new AbortController().signal })).rejects.toBe(fault);
  });
});

describe("the pause before another attempt", () => {
  const failures = [busy(), busy(), busy(), busy(), busy(), busy()];
  const pauses = (began: readonly number[]) => began.slice(1).map((at, index) => at - (began[index] as number));

  it("doubles up to its longest, of which chance takes a part", async () => {
    const { began } = await tryAgain(failures, { attempts: 7, random: () => 0.5 });
    expect(pauses(began)).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  it("can be nothing, and never reaches its longest", async () => {
    expect(pauses((await tryAgain(failures, { attempts: 7, random: () => 0 })).began)).toEqual([0, 0, 0, 0, 0, 0]);
    const longest = pauses((await tryAgain(failures, { attempts: 7, random: () => 1 - Number.EPSILON })).began);
    for (const [index, limit] of [200, 400, 800, 1600, 2000, 2000].entries()) expect(longest[index]).toBeCloseTo(limit, 6);
  });

  it("follows the given base and limit, for any chance", async () => {
    const random = seededRandom(4);
    for (let round = 0; round < 20; round++) {
      const baseMs = 1 + Math.floor(random() * 500);
      const maxMs = baseMs * (1 + Math.floor(random() * 8));
      const drawn: number[] = [];
      const draw = () => { drawn.push(random()); return drawn.at(-1) as number; };
      const { began } = await tryAgain(failures, { attempts: 7, baseMs, maxMs, random: draw });
      expect(drawn).toHaveLength(6);
      for (const [index, pause] of pauses(began).entries()) {
        expect(pause).toBeCloseTo((drawn[index] as number) * Math.min(maxMs, baseMs * 2 ** index), 6);
      }
    }
  });

  it("is as long as the provider asks for, and chance comes on top", async () => {
    expect(pauses((await tryAgain([busy({ retryAfterMs: 3000 })], { random: () => 0 })).began)).toEqual([3000]);
    expect(pauses((await tryAgain([busy({ retryAfterMs: 3000 })], { random: () => 0.5 })).began)).toEqual([3100]);
  });

  it("is at most ten seconds of the provider's", async () => {
    const { began, outcome } = await tryAgain([busy({ retryAfterMs: 10_000 })], { random: () => 0 });
    expect(outcome).toEqual({ result: "done" });
    expect(began).toEqual([0, 10_000]);
  });

  it.each([10_001, 3_600_000, Number.POSITIVE_INFINITY])("is not made where the provider asks for %d ms", async (retryAfterMs) => {
    const failure = busy({ retryAfterMs });
    const { began, outcome, pending } = await tryAgain([failure]);
    expect((outcome as { error: unknown }).error).toBe(failure);
    expect(began).toEqual([0]);
    expect(pending).toBe(0);
  });
});

describe("cancelled work", () => {
  it("does not begin", async () => {
    let began = 0;
    const work = async () => void began++;
    const retried = retry(work, { clock: createVirtualClock(), signal: AbortSignal.abort("closed") });
    await expect(retried).rejects.toMatchObject({ code: "aborted", retryable: false, cause: "closed" });
    expect(began).toBe(0);
  });

  it("ends in the middle of a pause at once, and its timer with it", async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    let attempts = 0;
    const retried = retry(() => (attempts++, always(busy({ retryAfterMs: 5000 }))()), { clock, signal: controller.signal });
    const outcome = expect(retried).rejects.toMatchObject({ code: "aborted", cause: "hung up" });
    await clock.advance(2500);
    expect(clock.pending).toBe(1);
    controller.abort("hung up");
    expect(clock.pending).toBe(0);
    await outcome;
    await clock.advance(60_000);
    expect(attempts).toBe(1);
  });

  it("makes no pause where it is cancelled while it runs", async () => {
    const clock = createVirtualClock();
    const controller = new AbortController();
    const work = async () => { controller.abort("hung up"); throw busy(); };
    await expect(retry(work, { clock, signal: controller.signal })).rejects.toMatchObject({ code: "aborted", cause: "hung up" });
    expect(clock.pending).toBe(0);
  });

  it("still gives the result of an attempt that succeeded", async () => {
    const controller = new AbortController();
    const work = async () => { controller.abort(); return 7; };
    await expect(retry(work, { clock: createVirtualClock(), signal: controller.signal })).resolves.toBe(7);
  });

  it("leaves no listener on a signal that outlives it", async () => {
    const clock = createVirtualClock();
    const { signal } = new AbortController();
    const listeners = new Set<unknown>();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => { listeners.add(args[1]); addEventListener.apply(signal, args); };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => { listeners.delete(args[1]); removeEventListener.apply(signal, args); };
    const outcome = expect(retry(always(busy()), { clock, signal })).rejects.toMatchObject({ code: "unavailable" });
    await clock.runUntil(() => listeners.size === 1, 1000);
    await clock.advance(10_000);
    await outcome;
    expect(listeners.size).toBe(0);
  });
});
