import { describe, expect, it } from "vitest";
import type { PairingDecision } from "../policy/pairing-types.ts";
import type { TelephoneSettings } from "../settings.ts";
import { admit, routed } from "./admission.ts";

const LISTED = "+15550100007";
const APPROVED = "+15550100008";
const REFUSED = "+15550100009";
const STRANGER = "+15550100010";
const TO = "+15550100000";

/** What becomes of a call from a number under a policy. */
function decide(inboundPolicy: TelephoneSettings["inboundPolicy"], from: string, freeSlots = 1) {
  const settings = { inboundPolicy, allowFrom: [LISTED] } as unknown as TelephoneSettings;
  const decisions = new Map<string, PairingDecision>([[APPROVED, "approved"], [REFUSED, "refused"]]);
  const admission = admit({ from, to: TO }, settings, { freeSlots, decisionOn: (number) => decisions.get(number) });
  if (admission.verdict === "admitted") return admission.by;
  return admission.verdict === "refused" ? admission.reason : "unknown";
}

describe("who gets through", () => {
  it.each([
    ["disabled", LISTED, "rejected"],
    ["disabled", APPROVED, "rejected"],
    ["disabled", STRANGER, "rejected"],
    ["allowlist", LISTED, "listed"],
    // The owner's word counts under pairing only.
    ["allowlist", APPROVED, "rejected"],
    ["allowlist", STRANGER, "rejected"],
    ["allowlist", "", "rejected"],
    ["pairing", LISTED, "listed"],
    ["pairing", APPROVED, "approved"],
    ["pairing", REFUSED, "rejected"],
    ["pairing", STRANGER, "unknown"],
    ["pairing", "", "rejected"],
    ["open", LISTED, "open"],
    ["open", APPROVED, "open"],
    ["open", REFUSED, "open"],
    ["open", STRANGER, "open"],
    ["open", "", "open"],
  ] as const)("under %s, a call from %j is %s", (policy, from, verdict) => {
    expect(decide(policy, from)).toBe(verdict);
  });

  it.each([
    ["allowlist", LISTED, "busy"],
    ["pairing", APPROVED, "busy"],
    ["open", STRANGER, "busy"],
    // Whether the lines are busy is nobody's business who may not call.
    ["disabled", LISTED, "rejected"],
    ["allowlist", STRANGER, "rejected"],
    ["pairing", REFUSED, "rejected"],
    // Being told that the owner is asked takes no line.
    ["pairing", STRANGER, "unknown"],
  ] as const)("while all lines are taken, under %s a call from %j is %s", (policy, from, verdict) => {
    expect(decide(policy, from, 0)).toBe(verdict);
  });

  it("is written down with the number, and without one as anonymous", () => {
    const settings = { inboundPolicy: "open", allowFrom: [] } as unknown as TelephoneSettings;
    const facts = { freeSlots: 1, decisionOn: () => undefined };
    expect(admit({ from: STRANGER, to: TO }, settings, facts)).toMatchObject({ from: STRANGER, to: TO });
    expect(admit({ from: "sip:who@example.com", to: TO }, settings, facts)).toMatchObject({ from: "anonymous" });
  });
});

describe("the route of a dialled number", () => {
  const settings = { inboundGreeting: "Hello.", numbers: { [TO]: { inboundGreeting: "Cards?" } } } as unknown as TelephoneSettings;

  it("goes over the general settings", () => {
    expect(routed(settings, TO)).toMatchObject({ route: TO, settings: { inboundGreeting: "Cards?" } });
  });

  it.each(["+15550100001", "constructor", "__proto__", ""])("is not found for %j", (to) => {
    expect(routed(settings, to)).toEqual({ settings });
  });
});
