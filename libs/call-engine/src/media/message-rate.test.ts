import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { expect, it } from "vitest";
import { MessageRate } from "./message-rate.ts";

async function messagesUntilTooMany(perSecond: number, seconds: number): Promise<number | undefined> {
  const clock = createVirtualClock();
  const rate = new MessageRate(clock);
  for (let i = 1; i <= perSecond * seconds; i++) {
    if (rate.exceeded()) return i;
    if (i % (perSecond / 10) === 0) await clock.advance(100);
  }
  return undefined;
}

it("takes 250 messages a second for as long as they come, and not 500", async () => {
  expect(await messagesUntilTooMany(250, 20)).toBeUndefined();
  expect(await messagesUntilTooMany(500, 20)).toBeGreaterThanOrEqual(2000);
});

it("takes a thousand messages at once after a stall, and not 1500", () => {
  const rate = new MessageRate(createVirtualClock());
  const exceeded = Array.from({ length: 1500 }, () => rate.exceeded());
  expect([exceeded.indexOf(true) >= 1000, exceeded.includes(true)]).toEqual([true, true]);
});
