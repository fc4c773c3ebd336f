import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import type { PairingRequest } from "../policy/pairing-types.ts";
import { openForTest, temporaryDirectory } from "./store.test-support.ts";

const request = (number: string, changes: Partial<PairingRequest> = {}): PairingRequest => ({
  number,
  code: `CODE${number.slice(-4)}`,
  dialled: "+15550100000",
  requestedAt: 1_000,
  expiresAt: 2_000_000_000_000,
  ...changes,
});

describe("decisions on callers", () => {
  it("survive a restart, newest first, and can be forgotten", () => {
    const directory = temporaryDirectory();
    const before = openForTest(directory);
    before.pairing.decide({ number: "+15550100001", decision: "approved", decidedAt: 1 });
    before.pairing.decide({ number: "+15550100002", decision: "refused", decidedAt: 2 });
    before.close();
    const { pairing } = openForTest(directory);
    expect(pairing.decisions()).toEqual([
      { number: "+15550100002", decision: "refused", decidedAt: 2 },
      { number: "+15550100001", decision: "approved", decidedAt: 1 },
    ]);
    expect(pairing.decisionOn("+15550100001")).toBe("approved");
    expect([pairing.forget("+15550100001"), pairing.forget("+15550100001")]).toEqual([true, false]);
    expect(pairing.decisionOn("+15550100001")).toBeUndefined();
  });

  it("match the whole number and nothing else", () => {
    const { pairing } = openForTest(temporaryDirectory());
    pairing.decide({ number: "+15550100001", decision: "approved", decidedAt: 1 });
    for (const other of ["", "+", "+1555010000", "+155501000011", "15550100001", "%", "+1555010000_"]) expect(pairing.decisionOn(other)).toBeUndefined();
  });

  it("take the request of that number along", () => {
    const { pairing } = openForTest(temporaryDirectory());
    pairing.request(request("+15550100001"));
    pairing.request(request("+15550100002"));
    pairing.decide({ number: "+15550100001", decision: "refused", decidedAt: 1 });
    expect(pairing.requests().map(({ number }) => number)).toEqual(["+15550100002"]);
  });
});

describe("requests of callers", () => {
  it("survive a restart as they were, oldest first", () => {
    const directory = temporaryDirectory();
    const before = openForTest(directory);
    const [later, earlier] = [request("+15550100001", { requestedAt: 5, attestation: "A" }), request("+15550100002", { requestedAt: 4 })];
    before.pairing.request(later);
    before.pairing.request(earlier);
    before.close();
    expect(openForTest(directory).pairing.requests()).toEqual([earlier, later]);
  });

  it("are one for each number, and no code is given twice", () => {
    const { pairing } = openForTest(temporaryDirectory());
    pairing.request(request("+15550100001", { code: "FIRST" }));
    pairing.request(request("+15550100001", { code: "SECOND" }));
    expect(pairing.requests()).toMatchObject([{ code: "SECOND" }]);
    expect(() => pairing.request(request("+15550100002", { code: "SECOND" }))).toThrow(expect.objectContaining({ code: "store-unavailable" }));
  });

  it("are not seen after their time, and leave the disk", async () => {
    const clock = createVirtualClock();
    const directory = temporaryDirectory();
    const store = openForTest(directory, { clock });
    store.pairing.request(request("+15550100001", { expiresAt: clock.now() + 1_000 }));
    await clock.advance(999);
    expect(store.pairing.requests()).toHaveLength(1);
    await clock.advance(1);
    expect(store.pairing.requests()).toEqual([]);
    store.prune();
    const earlier = createVirtualClock();
    expect(openForTest(directory, { clock: earlier }).pairing.requests()).toEqual([]);
  });
});
