import { TelephonyError } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Intake, type Taker } from "./intake.ts";
import { Patience } from "./patience.ts";

function createIntake(take: Taker["take"], finish: Taker["finish"] = () => undefined) {
  const clock = createVirtualClock();
  const patience = new Patience(clock);
  const asked: PromiseWithResolvers<IteratorResult<Uint8Array>>[] = [];
  const chunks: AsyncIterator<Uint8Array> = {
    next() {
      const next = Promise.withResolvers<IteratorResult<Uint8Array>>();
      asked.push(next);
      return next.promise;
    },
  };
  const intake = new Intake(chunks, patience, { nextWithin: () => ({ ms: 100, what: "a chunk" }), take, finish });
  const give = async (number: number) => {
    asked.at(-1)?.resolve({ value: Uint8Array.of(number) });
    await clock.advance(0);
  };
  return { clock, patience, asked, intake, give };
}

describe("an intake", () => {
  it("takes one chunk after the other, and asks for the next when the last is taken", async () => {
    const taken: number[] = [];
    const slow = Promise.withResolvers<void>();
    const { asked, clock, give, intake } = createIntake((chunk) => (taken.push(...chunk), taken.length === 2 ? slow.promise : undefined));
    const all = intake.all();
    await give(1);
    await give(2);
    // What takes its time here is nothing that anybody loses patience with.
    await clock.advance(1000);
    expect([taken, asked.length]).toEqual([[1, 2], 2]);
    slow.resolve();
    await clock.advance(0);
    asked.at(-1)?.resolve({ done: true, value: undefined });
    await expect(all).resolves.toBeUndefined();
    expect(asked).toHaveLength(3);
  });

  it("fails with its iterator, with the taking, or where a chunk does not come, and takes nothing any more", async () => {
    const fault = new TelephonyError("unavailable", "nothing comes");
    const broken = createIntake(() => undefined);
    const first = expect(broken.intake.all()).rejects.toBe(fault);
    broken.asked[0]?.reject(fault);
    await first;

    const refusing = createIntake(() => {
      throw fault;
    });
    const second = expect(refusing.intake.all()).rejects.toBe(fault);
    await refusing.give(1);
    await second;

    const taken: number[] = [];
    const late = createIntake((chunk) => void taken.push(...chunk));
    const third = expect(late.intake.all()).rejects.toMatchObject({ code: "timeout" });
    await late.clock.advance(100);
    await third;
    await late.give(1);
    expect([taken, late.asked.length]).toEqual([[], 1]);
  });

  it("ends with its patience, also where that was over before", async () => {
    const { patience, intake, asked } = createIntake(() => undefined);
    const all = expect(intake.all()).rejects.toMatchObject({ code: "aborted" });
    patience.giveUp();
    await all;
    expect(asked).toHaveLength(1);

    const over = createIntake(() => undefined);
    over.patience.giveUp();
    await expect(over.intake.all()).rejects.toMatchObject({ code: "aborted" });
    expect(over.asked).toEqual([]);
  });

  it("is over when its taker has finished, and fails where that does", async () => {
    const rest = Promise.withResolvers<void>();
    const { asked, clock, intake } = createIntake(() => undefined, () => rest.promise);
    let over = false;
    const all = intake.all().then(() => (over = true));
    asked[0]?.resolve({ done: true, value: undefined });
    // Nobody loses patience with this either.
    await clock.advance(1000);
    expect(over).toBe(false);
    rest.resolve();
    await all;

    const fault = new TelephonyError("unavailable", "there was nothing");
    const empty = createIntake(() => undefined, () => {
      throw fault;
    });
    const failed = expect(empty.intake.all()).rejects.toBe(fault);
    empty.asked[0]?.resolve({ done: true, value: undefined });
    await failed;
  });
});
