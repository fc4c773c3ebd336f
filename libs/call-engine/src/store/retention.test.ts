import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { DAY_MS, callRecord, endedRecord, openForTest, temporaryDirectory } from "./store.test-support.ts";

const ids = (records: readonly { readonly callId: string }[]): string[] => records.map((record) => record.callId).sort();

describe("pruning", () => {
  it("drops a call 90 days after its end, with its carrier ids and event keys", async () => {
    const clock = createVirtualClock();
    const directory = temporaryDirectory();
    const store = openForTest(directory, { clock });
    store.commit({ record: endedRecord("a", clock.now()), eventKeys: ["k"] });
    await clock.advance(90 * DAY_MS);
    store.prune();
    expect(store.get("a")?.callId).toBe("a");
    await clock.advance(1);
    store.prune();
    expect(store.get("a")).toBeUndefined();
    expect(store.findByCarrierId("acme", "carrier-a")).toBeUndefined();
    expect(store.hasEvent("a", "k")).toBe(false);
  });

  it("keeps at most as many calls as allowed; those that ended first go first", () => {
    const store = openForTest(temporaryDirectory(), { retention: { maxCalls: 2, endedCallsMs: Infinity } });
    for (const [callId, endedAt] of [["a", 300], ["b", 100], ["c", 200]] as const) {
      store.commit({ record: endedRecord(callId, endedAt) });
    }
    store.prune();
    expect(ids(store.recent(10))).toEqual(["a", "c"]);
  });

  it("never drops a call that is not over, however old and however many", async () => {
    const clock = createVirtualClock();
    const store = openForTest(temporaryDirectory(), { clock, retention: { maxCalls: 1 } });
    for (const callId of ["a", "b", "c"]) store.commit({ record: callRecord(callId), eventKeys: ["k"] });
    store.commit({ record: endedRecord("over", clock.now()) });
    await clock.advance(1_000 * DAY_MS);
    store.prune();
    expect(ids(store.open())).toEqual(["a", "b", "c"]);
    expect(ids(store.recent(10))).toEqual(["a", "b", "c"]);
    expect(store.hasEvent("a", "k")).toBe(true);
  });

  it("drops event keys that are older than 7 days, and keeps what a late event needs to find its call", async () => {
    const clock = createVirtualClock();
    const store = openForTest(temporaryDirectory(), { clock });
    store.commit({ record: endedRecord("a", clock.now()), eventKeys: ["k"] });
    await clock.advance(DAY_MS);
    store.commit({ record: endedRecord("b", clock.now()), eventKeys: ["k"] });
    await clock.advance(6 * DAY_MS + 1);
    store.prune();
    expect([store.hasEvent("a", "k"), store.hasEvent("b", "k")]).toEqual([false, true]);
    expect(store.findByCarrierId("acme", "carrier-a")).toBe("a");
    await clock.advance(DAY_MS);
    store.prune();
    expect(store.hasEvent("b", "k")).toBe(false);
  });

  it("takes many calls in several runs, so that no run takes long", () => {
    const store = openForTest(temporaryDirectory(), { retention: { maxCalls: 1, endedCallsMs: Infinity } });
    for (let call = 0; call < 600; call += 1) store.commit({ record: endedRecord(`c${call}`, call) });
    store.prune();
    expect(store.recent(1_000)).toHaveLength(100);
    store.prune();
    expect(ids(store.recent(1_000))).toEqual(["c599"]);
  });
});
