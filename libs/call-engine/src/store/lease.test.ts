import { spawnSync } from "node:child_process";
import { describe, expect, it, vi } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { openDatabase } from "./database.ts";
import { callRecord, openForTest, recordingLog, temporaryDirectory } from "./store.test-support.ts";

/** Two processes, as far as the store can tell: two handles on one directory and one time. */
function twoProcesses() {
  const directory = temporaryDirectory();
  const clock = createVirtualClock();
  return { directory, clock, gateway: openForTest(directory, { clock }), cli: openForTest(directory, { clock }) };
}

describe("the lease of a store", () => {
  it("is had by one process at a time", () => {
    const { clock, gateway, cli } = twoProcesses();
    expect(gateway.leaseHolder()).toBeUndefined();
    expect(gateway.acquireLease({ owner: "gateway" })?.held).toBe(true);
    expect(cli.acquireLease({ owner: "cli" })).toBeUndefined();
    expect(cli.leaseHolder()).toEqual({ owner: "gateway", pid: process.pid, heartbeatAt: clock.now() });
  });

  it("is kept for as long as its heart beats", async () => {
    const { clock, gateway, cli } = twoProcesses();
    const onLost = vi.fn();
    const lease = gateway.acquireLease({ owner: "gateway", onLost });
    await clock.advance(3_600_000);
    expect(cli.acquireLease({ owner: "cli" })).toBeUndefined();
    expect(lease?.held).toBe(true);
    expect(onLost).not.toHaveBeenCalled();
  });

  it("is free again at once when it is released, and its heart stops", async () => {
    const { clock, gateway, cli } = twoProcesses();
    const onLost = vi.fn();
    const lease = gateway.acquireLease({ owner: "gateway", onLost });
    lease?.release();
    lease?.release();
    expect(lease?.held).toBe(false);
    expect(clock.pending).toBe(0);
    expect(cli.acquireLease({ owner: "cli" })?.held).toBe(true);
    await clock.advance(60_000);
    expect(cli.leaseHolder()?.owner).toBe("cli");
    expect(onLost).not.toHaveBeenCalled();
  });

  it("is released when the store is closed", () => {
    const { clock, gateway, cli } = twoProcesses();
    gateway.acquireLease({ owner: "gateway" });
    gateway.close();
    expect(clock.pending).toBe(0);
    expect(cli.acquireLease({ owner: "cli" })?.held).toBe(true);
  });

  it("goes to another 15 seconds after the last heartbeat of a process that died", async () => {
    const { directory, clock } = twoProcesses();
    // The dead process has a clock of its own: it stands still, so that no heart beats.
    openForTest(directory, { clock: createVirtualClock({ startsAt: clock.now() }) }).acquireLease({ owner: "gateway" });
    const cli = openForTest(directory, { clock });
    await clock.advance(15_000);
    expect(cli.acquireLease({ owner: "cli" })).toBeUndefined();
    await clock.advance(1);
    expect(cli.leaseHolder()).toBeUndefined();
    expect(cli.acquireLease({ owner: "cli" })?.held).toBe(true);
  });

  it("goes to another at once when its process is gone from this machine", () => {
    const { directory, clock, gateway, cli } = twoProcesses();
    gateway.acquireLease({ owner: "gateway" });
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const database = openDatabase(directory, clock, recordingLog());
    database.prepare("UPDATE lease SET pid = ?").run(pid);
    database.close();
    expect(cli.acquireLease({ owner: "cli" })?.held).toBe(true);
  });

  it("does not stay with a dead process because the machine's clock went back", () => {
    const directory = temporaryDirectory();
    openForTest(directory, { clock: createVirtualClock({ startsAt: 10_000_000 }) }).acquireLease({ owner: "gateway" });
    const cli = openForTest(directory, { clock: createVirtualClock({ startsAt: 5_000_000 }) });
    expect(cli.acquireLease({ owner: "cli" })?.held).toBe(true);
  });

  it("tells a process that slept too long that it lost, once, and lets it write no more", async () => {
    const directory = temporaryDirectory();
    const asleep = createVirtualClock();
    const onLost = vi.fn();
    const sleeper = openForTest(directory, { clock: asleep });
    const lease = sleeper.acquireLease({ owner: "gateway", onLost });
    sleeper.commit({ record: callRecord("mine") });

    const cli = openForTest(directory, { clock: createVirtualClock({ startsAt: asleep.now() + 20_000 }) });
    cli.acquireLease({ owner: "cli" });
    expect(() => sleeper.commit({ record: callRecord("late") })).toThrow(expect.objectContaining({ code: "store-unavailable" }));
    expect(() => sleeper.rememberReply("k", { status: 200, headers: {}, body: "" })).toThrow();
    await asleep.advance(60_000);
    expect(onLost).toHaveBeenCalledTimes(1);
    expect([lease?.held, lease?.renew(), asleep.pending]).toEqual([false, false, 0]);
    expect(cli.get("late")).toBeUndefined();
    expect(sleeper.get("mine")).toBeDefined();
  });

  it("is still held after a sleep if nobody took it meanwhile", () => {
    const { directory, clock } = twoProcesses();
    const store = openForTest(directory, { clock });
    const lease = store.acquireLease({ owner: "gateway" });
    const database = openDatabase(directory, clock, recordingLog());
    database.exec("UPDATE lease SET heartbeat_at = heartbeat_at - 60000");
    database.close();
    expect(lease?.renew()).toBe(true);
    expect(store.leaseHolder()?.heartbeatAt).toBe(clock.now());
  });

  it("counts as lost when no heartbeat could be written for 15 seconds, not sooner", async () => {
    const { directory, clock, gateway } = twoProcesses();
    const onLost = vi.fn();
    const lease = gateway.acquireLease({ owner: "gateway", onLost });
    const database = openDatabase(directory, clock, recordingLog());
    database.exec("CREATE TRIGGER refuse BEFORE UPDATE ON lease BEGIN SELECT raise(ABORT, 'disk'); END");
    database.close();
    await clock.advance(14_999);
    expect(lease?.held).toBe(true);
    await clock.advance(1);
    expect(lease?.held).toBe(false);
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  it("can be taken again after it was lost or released", () => {
    const { gateway, cli } = twoProcesses();
    gateway.acquireLease({ owner: "gateway" })?.release();
    expect(() => gateway.commit({ record: callRecord("a") })).toThrow(expect.objectContaining({ code: "store-unavailable" }));
    expect(gateway.acquireLease({ owner: "gateway" })?.held).toBe(true);
    gateway.commit({ record: callRecord("a") });
    expect(cli.get("a")).toBeDefined();
  });
});
