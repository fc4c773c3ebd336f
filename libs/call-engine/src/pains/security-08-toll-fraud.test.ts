import { describe, expect, it } from "vitest";
import type { InitiateRequest } from "../commands.ts";
import type { OutboundPolicy } from "../settings.ts";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";
import { DeskCarrier } from "../test-support/desk-carrier.test-support.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const deskWith = (outbound: Partial<OutboundPolicy>, carrier = new DeskCarrier()) =>
  createDesk({ carrier, settings: { maxConcurrentCalls: 4, outbound: { premiumRate: "refuse", ...outbound } } });

/** The call is refused, and nothing of it is left: no dial, no line, no record. */
async function expectRefused(desk: Desk, request: InitiateRequest, refusal: Record<string, unknown>): Promise<void> {
  const before = [desk.carrier.dials.length, desk.store.recent(100).length, desk.telephone.active().length];
  await expect(desk.telephone.initiate({ message: "Hello.", ...request })).rejects.toMatchObject(refusal);
  await desk.clock.settle();
  expect([desk.carrier.dials.length, desk.store.recent(100).length, desk.telephone.active().length]).toEqual(before);
}

/** A call that nobody answers. */
async function attempt(desk: Desk): Promise<void> {
  const callId = await desk.call();
  desk.carrier.emit("ended", callId, { reason: "no-answer" });
}

describe("security 8: an agent that was talked into it cannot call whom the owner would not", () => {
  it.each(["+19002345678", "+449098790000", "+499001234567", "+41900123456", "+882161234567", "+979123456789", "+8816123456789"])(
    "rings no expensive number by default: %s",
    async (to) => {
      await using desk = await deskWith({});
      await expectRefused(desk, { to }, { code: "destination-refused", retryable: false });
    },
  );

  it("is not fooled by digits behind an expensive number, or by the way it is written", async () => {
    await using desk = await deskWith({});
    for (const to of ["+1900234567899", "+1 (900) 234-5678", "+49 0900 1234567"])
      await expectRefused(desk, { to }, { code: "destination-refused" });
  });

  it("keeps to the owner's numbers and countries, also when the request insists and for the default number", async () => {
    await using desk = await deskWith({ allowTo: ["+4930*", "+442079460000"], allowCountries: ["DE"] });
    const insistent = { mode: "conversation", sessionKey: "agent:main:main", agentId: "main", dialDigits: "1" } as const;
    await expectRefused(desk, { to: "+15550100001", ...insistent }, { code: "destination-refused", message: expect.stringContaining("allowTo") });
    await expectRefused(desk, { to: "+442079460000" }, { code: "destination-refused", message: expect.stringContaining("allowCountries") });
    desk.settings = { ...desk.settings, toNumber: "+15550100001" };
    await expectRefused(desk, {}, { code: "destination-refused" });
    await desk.call({ to: "+49 30 12345678" });
    expect(desk.carrier.dials).toMatchObject([{ to: "+493012345678" }]);
  });

  it("takes new rules with the next call", async () => {
    await using desk = await deskWith({});
    await desk.call();
    desk.settings = { ...desk.settings, outbound: { premiumRate: "refuse", allowTo: [] } };
    await expectRefused(desk, { to: "+15550100001" }, { code: "destination-refused" });
  });

  it("takes no line for a refused call: the last one is free for the next", async () => {
    await using desk = await createDesk({ settings: { maxConcurrentCalls: 1 } });
    await expectRefused(desk, { to: "+19002345678" }, { code: "destination-refused" });
    await expect(desk.call()).resolves.toBeTypeOf("string");
    await expectRefused(desk, { to: "+19002345678" }, { code: "destination-refused" });
  });

  it("is told when quiet hours end, and gets through then", async () => {
    await using desk = await deskWith({ quietHours: { from: "22:00", to: "07:00", timeZone: "UTC" } });
    await expectRefused(desk, { to: "+15550100001" }, { code: "quiet-hours", retryable: true, retryAfterMs: 7 * HOUR_MS });
    await desk.clock.advance(7 * HOUR_MS - 1);
    await expectRefused(desk, { to: "+15550100001" }, { code: "quiet-hours", retryAfterMs: 1 });
    await desk.clock.advance(1);
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });

  it("places no more calls an hour than the cap, answered or not, also across a restart", async () => {
    await using before = await deskWith({ maxCallsPerHour: 3 });
    await attempt(before);
    await before.clock.advance(20 * MINUTE_MS);
    await attempt(before);
    await using after = await before.crash();
    await attempt(after);
    await expectRefused(after, { to: "+15550100001" }, { code: "rate-cap", retryable: true, retryAfterMs: 40 * MINUTE_MS });
    await after.clock.advance(40 * MINUTE_MS - 1);
    await expectRefused(after, { to: "+15550100001" }, { code: "rate-cap", retryAfterMs: 1 });
    await after.clock.advance(1);
    await attempt(after);
    await expectRefused(after, { to: "+15550100001" }, { code: "rate-cap", retryAfterMs: 20 * MINUTE_MS });
  });

  it("cannot get around the cap by asking for many calls at once", async () => {
    const carrier = new DeskCarrier();
    await using desk = await deskWith({ maxCallsPerHour: 2 }, carrier);
    const asked = await Promise.allSettled(Array.from({ length: 4 }, () => desk.call()));
    expect(asked.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "rejected"]);
    expect(asked[2]).toMatchObject({ reason: { code: "rate-cap" } });
    expect(carrier.dials).toHaveLength(2);
  });

  it("finds a line that a call in the making does not take twice", async () => {
    const carrier = new DeskCarrier();
    carrier.holdDials();
    await using desk = await createDesk({ carrier, settings: { maxConcurrentCalls: 2 } });
    const first = desk.call();
    await desk.clock.settle();
    const second = desk.call();
    await desk.clock.settle();
    await expect(desk.call()).rejects.toMatchObject({ code: "capacity" });
    carrier.releaseDials();
    expect(await Promise.all([first, second])).toHaveLength(2);
  });

  it("counts only calls that we placed", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "open", outbound: { premiumRate: "refuse", maxCallsPerHour: 1 } } });
    desk.carrier.emit("incoming", "", { from: "+15550100008", to: "+15550100000", carrierIds: ["in-1"] });
    await desk.clock.settle();
    expect(desk.store.recent(10)).toHaveLength(1);
    await attempt(desk);
    await expectRefused(desk, { to: "+15550100001" }, { code: "rate-cap" });
  });

  it("leaves a word for the operator, and no number", async () => {
    await using desk = await deskWith({});
    await expectRefused(desk, { to: "+19002345678" }, { code: "destination-refused" });
    const [entry, ...others] = desk.logs.filter(({ message }) => message.includes("rules"));
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ level: "warn", fields: { code: "destination-refused" } });
    expect(JSON.stringify(desk.logs)).not.toContain("9002345678");
  });
});
