import type { CarrierCapabilities } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";

const FRIEND = "+15550100007";

/** What a caller can present who is not the friend, and has no number that could be on a list. */
const BYPASSES = [
  ["a hidden number", ""],
  ["a plus", "+"],
  ["a word", "anonymous"],
  ["another word", "restricted"],
  ["the word on the keys", "+266696687"],
  ["the end of a listed number", "100007"],
  ["all but the plus", "15550100007"],
  ["a listed number with something before it", "+4915550100007"],
  ["a listed number with something behind it", "+155501000070"],
  ["a listed number without its last digit", "+1555010000"],
  ["a listed number with blanks", "+1 555 010 0007"],
  ["a listed number in a SIP address", "sip:+15550100007@attacker.example"],
  ["a listed number as the name before a SIP address", '"+15550100007" <sip:attacker@example.com>'],
  ["two numbers", "+15550100007,+15550100008"],
  ["a second line", "+15550100007\r\nX-Allowed: yes"],
  ["a pattern", "+1555010000[0-9]"],
  ["a blank list entry", " "],
] as const;

/** Entries that the configuration refuses, and that would let somebody in if only texts were compared. */
const ENTRIES = ["+266696687", ...BYPASSES.map(([, presented]) => presented).filter((presented) => !/^\+\d{7,15}$/.test(presented))];

/** Somebody calls. What the carrier was told to do. */
async function callIn(desk: Desk, from: string): Promise<string[]> {
  const incoming = desk.carrier.event("incoming", "", { from, to: "+15550100000", carrierIds: ["in-1"] });
  if (desk.carrier.capabilities.flow === "pull")
    return (await desk.carrier.fetch(desk.carrier.context.webhooks.entryUrl, [incoming])).steps.map(({ kind }) => kind);
  desk.carrier.context.emit(incoming);
  await desk.clock.settle();
  return desk.carrier.kinds;
}

/** Hidden caller ids were empty strings, which matched an empty entry; numbers were compared by their ends. */
describe.each([
  ["push", PUSH],
  ["pull", PULL],
] satisfies [string, CarrierCapabilities][])("security 5: nobody gets past the list of callers of a %s carrier", (_flow, capabilities) => {
  describe.each(["allowlist", "pairing"] as const)("under the policy %s", (inboundPolicy) => {
    it.each(BYPASSES)("by %s: the carrier rejects, no line is taken, no record is made, no agent hears of it", async (_what, from) => {
      await using desk = await createDesk({ carrier: new DeskCarrier(capabilities), settings: { inboundPolicy, allowFrom: [FRIEND, ...ENTRIES] } });
      expect(await callIn(desk, from)).toEqual(["reject"]);
      expect(desk.telephone.active()).toEqual([]);
      expect(desk.store.recent(10)).toEqual([]);
      expect(desk.questions).toEqual([]);
    });

    it("and whoever is on the list still gets through", async () => {
      await using desk = await createDesk({ carrier: new DeskCarrier(capabilities), settings: { inboundPolicy, allowFrom: [FRIEND] } });
      await callIn(desk, FRIEND);
      expect(desk.telephone.active()).toMatchObject([{ from: FRIEND, admission: "listed" }]);
    });
  });

  it("nor does the owner's approval of one let in all who withhold their number", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(capabilities), settings: { inboundPolicy: "pairing" } });
    for (const written of ["", "+", "anonymous", "+266696687"]) expect(() => desk.telephone.pairing.approve(written)).toThrow();
    // Even if it were in the store.
    desk.store.pairing.decide({ number: "+266696687", decision: "approved", decidedAt: 1 });
    expect(await callIn(desk, "+266696687")).toEqual(["reject"]);
  });
});
