import { describe, expect, it } from "vitest";
import { openDatabase } from "./database.ts";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { callRecord, endedRecord, openForTest, recordingLog, temporaryDirectory } from "./store.test-support.ts";
import type { StoreChange } from "../ports.ts";

describe("a call store", () => {
  it("gives a call back as it was committed", () => {
    const store = openForTest(temporaryDirectory());
    const record = callRecord("a", {
      carrierState: { leg: [1, null, "ü"] },
      transcript: [{ speaker: "caller", text: "Grüß Gott \u2028 😀", at: 5, listenWaitMs: 70 }],
    });
    store.commit({ record });
    expect(store.get("a")).toEqual(record);
    expect(store.get("b")).toBeUndefined();
  });

  it("keeps the latest state of a call", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a", { lifecycle: "ringing" }) });
    store.commit({ record: callRecord("a", { revision: 7 }) });
    expect(store.recent(10)).toEqual([callRecord("a", { revision: 7 })]);
  });

  it("shows everything that was committed to whoever opens it after a crash", () => {
    const directory = temporaryDirectory();
    const crashed = openForTest(directory);
    crashed.commit({ record: callRecord("a"), eventKeys: ["k1"] });
    crashed.rememberReply("r", { status: 200, headers: {}, body: "<x/>" });

    const successor = openForTest(directory);
    expect(successor.get("a")).toEqual(callRecord("a"));
    expect(successor.hasEvent("a", "k1")).toBe(true);
    expect(successor.findByCarrierId("acme", "carrier-a")).toBe("a");
    expect(successor.replayOf("r")?.body).toBe("<x/>");
  });

  it("tells when we called lately: newest first, no more than asked for, calls that reached us left out", () => {
    const store = openForTest(temporaryDirectory());
    for (const at of [1000, 3000, 2000]) store.commit({ record: endedRecord(`out-${at}`, at + 10) });
    store.commit({ record: callRecord("live", { createdAt: 4000 }) });
    store.commit({ record: callRecord("in", { direction: "inbound", createdAt: 5000 }) });
    expect(store.outboundSince(1000, 10)).toEqual([4000, 3000, 2000]);
    expect(store.outboundSince(999, 10)).toEqual([4000, 3000, 2000, 1000]);
    expect(store.outboundSince(0, 2)).toEqual([4000, 3000]);
  });

  it("lists open calls, oldest first, whatever their state", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("late", { createdAt: 30, lifecycle: "initiated" }) });
    store.commit({ record: endedRecord("over", 25) });
    store.commit({ record: callRecord("early", { createdAt: 10, lifecycle: "transferring" }) });
    expect(store.open().map((record) => record.callId)).toEqual(["early", "late"]);
    store.commit({ record: endedRecord("early", 40) });
    expect(store.open().map((record) => record.callId)).toEqual(["late"]);
  });

  it("counts an ended call without an end time as over", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a", { lifecycle: "ended" }) });
    expect(store.open()).toEqual([]);
  });

  it("lists the latest calls, newest first, and among equals the one that came last", () => {
    const store = openForTest(temporaryDirectory());
    for (const [callId, createdAt] of [["a", 10], ["b", 30], ["c", 20], ["d", 30]] as const) {
      store.commit({ record: callRecord(callId, { createdAt }) });
    }
    store.commit({ record: callRecord("b", { createdAt: 30, revision: 9 }) });
    expect(store.recent(3).map((record) => record.callId)).toEqual(["d", "b", "c"]);
    expect(store.recent(0)).toEqual([]);
  });

  it("leaves out a damaged row, names it, and still gives the others", () => {
    const directory = temporaryDirectory();
    const log = recordingLog();
    const store = openForTest(directory, { log });
    store.commit({ record: callRecord("bad") });
    store.commit({ record: callRecord("good") });
    const database = openDatabase(directory, createVirtualClock(), log);
    database.exec("PRAGMA ignore_check_constraints = 1; UPDATE calls SET record = '{\"callId' WHERE call_id = 'bad'");
    database.close();
    expect(store.open().map((record) => record.callId)).toEqual(["good"]);
    expect(log.lines).toEqual([expect.objectContaining({ level: "error", fields: { callId: "bad" } })]);
  });
});

describe("identity", () => {
  it("finds a call by every id that its carrier gave it, also after it ended", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a", { carrierIds: ["x"] }) });
    store.commit({ record: endedRecord("a", 50, { carrierIds: ["x", "y"] }) });
    expect(["x", "y"].map((id) => store.findByCarrierId("acme", id))).toEqual(["a", "a"]);
  });

  it("keeps carriers apart", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a", { carrierIds: ["x"] }) });
    store.commit({ record: callRecord("b", { carrierIds: ["x"], carrier: "other" }) });
    expect(store.findByCarrierId("acme", "x")).toBe("a");
    expect(store.findByCarrierId("other", "x")).toBe("b");
    expect(store.findByCarrierId("third", "x")).toBeUndefined();
  });

  it("never takes an id from a live call, and gives that of a finished one to a new one", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a", { carrierIds: ["x"] }) });
    store.commit({ record: callRecord("b", { carrierIds: ["x"] }) });
    expect(store.findByCarrierId("acme", "x")).toBe("a");
    store.commit({ record: endedRecord("a", 50, { carrierIds: ["x"] }) });
    store.commit({ record: callRecord("c", { carrierIds: ["x"] }) });
    expect(store.findByCarrierId("acme", "x")).toBe("c");
  });

  it("knows the events of each call", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a"), eventKeys: ["k1", "k2"] });
    store.commit({ record: callRecord("a"), eventKeys: ["k2", "k3"] });
    expect(["k1", "k2", "k3", "k4"].map((key) => store.hasEvent("a", key))).toEqual([true, true, true, false]);
    expect(store.hasEvent("b", "k1")).toBe(false);
  });
});

describe("events that changed nothing", () => {
  it("are known at once, after a restart and after pruning", () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory);
    store.commit({ record: callRecord("a"), eventKeys: ["k1"] });
    const known = (from = store) => ["k1", "k2", "k3"].map((key) => from.hasEvent("a", key));
    store.together(() => {
      store.rememberEvent("a", "k2");
      expect(known()).toEqual([true, true, false]);
    });
    store.prune();
    expect([known(), known(openForTest(directory))]).toEqual([[true, true, false], [true, true, false]]);
  });

  it("are refused by a closed store like everything else", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a"), eventKeys: ["k1"] });
    store.close();
    expect(() => store.rememberEvent("a", "k2")).toThrow(expect.objectContaining({ code: "store-unavailable" }));
    expect(() => store.rememberReply("k", { status: 200, headers: {}, body: "" })).toThrow(expect.objectContaining({ code: "store-unavailable" }));
  });

  it("are unknown again where they could not be stored", () => {
    const store = openForTest(temporaryDirectory());
    store.commit({ record: callRecord("a"), eventKeys: ["k1"] });
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const fails = () =>
      store.together(() => {
        store.rememberEvent("a", "k2");
        store.rememberReply("broken", { status: 200, headers: circular as Record<string, string>, body: "" });
      });
    expect(fails).toThrow(expect.objectContaining({ code: "store-unavailable" }));
    expect(["k1", "k2"].map((key) => store.hasEvent("a", key))).toEqual([true, false]);
  });
});

describe("a commit that fails", () => {
  it("leaves nothing behind when it fails midway", () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory);
    store.commit({ record: callRecord("a", { revision: 1 }), eventKeys: ["k1"] });
    const broken = {
      record: callRecord("a", { revision: 2, carrierIds: ["carrier-a", "new"] }),
      eventKeys: ["k2", Symbol("no text")],
    } as unknown as StoreChange;
    expect(() => store.commit(broken)).toThrow(expect.objectContaining({ code: "store-unavailable" }));

    const seen = openForTest(directory);
    expect(seen.get("a")?.revision).toBe(1);
    expect(seen.hasEvent("a", "k2")).toBe(false);
    expect(seen.findByCarrierId("acme", "new")).toBeUndefined();
  });

  it("does not keep the next one from succeeding", () => {
    const store = openForTest(temporaryDirectory());
    const broken = { record: callRecord("a"), eventKeys: [Symbol("no text")] } as unknown as StoreChange;
    expect(() => store.commit(broken)).toThrow();
    store.commit({ record: callRecord("a") });
    expect(store.get("a")).toEqual(callRecord("a"));
  });

  it("says that another process holds the store, and that a retry helps", () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory, { busyTimeoutMs: 0 });
    const other = openDatabase(directory, createVirtualClock(), recordingLog());
    other.exec("BEGIN IMMEDIATE");
    expect(() => store.commit({ record: callRecord("a") })).toThrow(
      expect.objectContaining({ code: "store-unavailable", retryable: true }),
    );
    other.exec("ROLLBACK");
    other.close();
    store.commit({ record: callRecord("a") });
  });

  it("is refused with a typed error once the store is closed, as everything else is", () => {
    const store = openForTest(temporaryDirectory());
    store.close();
    store.close();
    const unavailable = expect.objectContaining({ code: "store-unavailable" }) as Error;
    expect(() => store.commit({ record: callRecord("a") })).toThrow(unavailable);
    expect(() => store.get("a")).toThrow(unavailable);
    expect(() => store.open()).toThrow(unavailable);
    expect(() => store.prune()).toThrow(unavailable);
    expect(() => store.replayOf("k")).toThrow(unavailable);
  });
});
