import { describe, expect, it } from "vitest";
import type { OutboundPolicy } from "../settings.ts";
import { numberingPlan } from "./destination.ts";
import { outboundRefusal, transferRefusal } from "./outbound.ts";

const LANDLINE = "+493012345678";
const PREMIUM = "+499001234567";

const plan = await numberingPlan();

/** Every rule there is, at half past eleven in the night and with a call behind it. */
const policy: OutboundPolicy = {
  allowTo: ["+49*"],
  allowCountries: ["DE"],
  premiumRate: "refuse",
  maxCallsPerHour: 1,
  quietHours: { from: "22:00", to: "07:00", timeZone: "UTC" },
};
const traffic = { now: Date.parse("2026-01-15T23:30:00Z"), inMaking: 0, placedSince: () => [Date.parse("2026-01-15T23:00:00Z")] };
const refusal = (to: string, changes: Partial<OutboundPolicy> = {}) => outboundRefusal(to, { ...policy, ...changes }, traffic, plan);

describe("an outbound call", () => {
  it("is refused by what time does not change before it is told to wait", () => {
    expect(refusal("+442079460000")).toMatchObject({ retryable: false, message: expect.stringContaining("outbound.allowTo") as string });
    expect(refusal("+442079460000", { allowTo: ["+44*"] })?.message).toContain("outbound.allowCountries");
    expect(refusal(PREMIUM)?.message).toContain("outbound.premiumRate");
    expect(refusal(LANDLINE)).toMatchObject({ code: "quiet-hours", retryable: true });
    expect(refusal(LANDLINE, { quietHours: { from: "01:00", to: "02:00" } })).toMatchObject({ code: "rate-cap", retryAfterMs: 30 * 60_000 });
  });

  it("goes out when every rule allows it", () => {
    const open: OutboundPolicy = { allowTo: ["+49*"], allowCountries: ["DE"], premiumRate: "allow", maxCallsPerHour: 2 };
    expect(outboundRefusal(LANDLINE, open, traffic, plan)).toBeUndefined();
    expect(outboundRefusal(PREMIUM, open, traffic, plan)).toBeUndefined();
  });

  it("goes anywhere but to expensive numbers when the owner has made no rule", () => {
    expect(outboundRefusal("+15550100001", { premiumRate: "refuse" }, traffic, plan)).toBeUndefined();
    expect(outboundRefusal("+8816123456789", { premiumRate: "refuse" }, traffic, plan)).toMatchObject({ code: "destination-refused" });
  });

  it("is refused in words that never hold the whole number", () => {
    for (const [to, changes] of [[PREMIUM, {}], ["+442079460000", {}], ["+442079460000", { allowTo: ["+44*"] }]] as const) {
      expect(refusal(to, changes)?.message).not.toContain(to.slice(1, 8));
      expect(refusal(to, changes)?.message).not.toContain(to.slice(-6));
    }
  });
});

describe("a transfer", () => {
  const transfer = (to: string, allowTo: string[], outbound: Partial<OutboundPolicy> = {}) =>
    transferRefusal(to, { outbound: { premiumRate: "refuse", ...outbound }, transfer: { allowTo } });

  it("goes nowhere when no list says where", async () => {
    expect(await transfer(LANDLINE, [])).toMatchObject({ code: "destination-refused", message: expect.stringContaining("transfer.allowTo") as string });
  });

  it("goes to what its own list names; the list of calls is another", async () => {
    expect(await transfer(LANDLINE, ["+4930*"], { allowTo: ["+15550100001"] })).toBeUndefined();
    expect(await transfer("+15550100001", ["+4930*"], { allowTo: ["+15550100001"] })).toMatchObject({ code: "destination-refused" });
  });

  it("is judged by country and price as a call is", async () => {
    expect((await transfer(LANDLINE, ["+49*"], { allowCountries: ["GB"] }))?.message).toContain("outbound.allowCountries");
    expect((await transfer(PREMIUM, ["+49*"]))?.message).toContain("outbound.premiumRate");
    expect(await transfer(PREMIUM, ["+49*"], { premiumRate: "allow" })).toBeUndefined();
  });

  it.each(["+4930 12345678", "+493012345678;ext=900", "+493012345678,,1", "sip:+493012345678@example.com", "04930123456", ""])(
    "is refused to %j, which is no canonical number whatever the list says",
    async (to) => expect(await transfer(to, ["+4930*", "+493012345678"])).toMatchObject({ code: "invalid-request" }),
  );
});
