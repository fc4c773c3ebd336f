import { openCallStore, type CallRecord } from "@openclaw/call-engine";
import { registerProvider, TelephonyError } from "@openclaw/telephony-contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { terminal } from "../cli/commands.test-support.ts";
import * as operations from "../cli/operations.ts";
import { latencyCommand, tailCommand } from "../cli/records.ts";
import { setupCommand, smokeCommand } from "../cli/setup.ts";
import { fakeCarrier } from "../host/fake-carrier.test-support.ts";

const config = { enabled: true, provider: "acme", fromNumber: "+15550001", acme: { apiKey: "k" } };
const absent = new TelephonyError("gateway-absent", "No Gateway is running here.");
const unreachable = new TelephonyError("gateway-unreachable", "The Gateway did not answer.");
const { callCommand, startCommand, continueCommand, speakCommand, dtmfCommand, transferCommand, endCommand, statusCommand } = operations;

let takeBack = (): void => undefined;
beforeEach(() => (takeBack = registerProvider(fakeCarrier("acme"), { mode: "discovery", package: "acme", version: "1.0.0" })));
afterEach(() => takeBack());

/** One-shot commands started listeners and never exited, or hid failures behind "unknown error". */
describe("pain 35: every command ends by itself, with a fitting code and its data on standard output", () => {
  describe("with a Gateway", () => {
    it("places a call there and returns at once", async () => {
      using desk = terminal(config, { initiate: { callId: "c1", initiated: true } });
      expect(await desk.run(callCommand, { message: "Hi", mode: "conversation" })).toBe(0);
      expect(desk.json()).toEqual({ callId: "c1", initiated: true });
      expect(desk.asked.map(([method]) => method)).toEqual(["status", "initiate"]);
      expect(desk.opened).toEqual([]);
    });

    it.each([
      ["speak", speakCommand, { callId: "c1", message: "Hi" }],
      ["dtmf", dtmfCommand, { callId: "c1", digits: "1" }],
      ["transfer", transferCommand, { callId: "c1", to: "+15550100" }],
      ["end", endCommand, { callId: "c1" }],
    ] as const)("carries out %s", async (method, command, flags) => {
      using desk = terminal(config, { [method]: { success: true } });
      expect(await desk.run(command, flags)).toBe(0);
      expect(desk.json()).toEqual({ success: true });
    });

    it("waits for an answer by asking again, and gives up when the time is over", async () => {
      using desk = terminal(config, { "continue.start": { operationId: "o1", pollTimeoutMs: 3000 }, "continue.result": { status: "pending" } });
      const run = desk.run(continueCommand, { callId: "c1", message: "And?" });
      await desk.clock.advance(3000);
      expect(await run).toBe(1);
      expect(desk.stderr).toEqual([expect.stringContaining("[timeout]")]);
      expect(desk.clock.pending).toBe(0);
    });

    it("shows calls, and says when there is no such call", async () => {
      using desk = terminal(config, { status: { found: false } });
      expect(await desk.run(statusCommand, { callId: "c9", json: true })).toBe(5);
      expect(desk.json()).toEqual({ found: false });
    });

    it.each([
      ["invalid-request", 2],
      ["setup-incomplete", 3],
      ["call-unknown", 5],
      ["capacity", 1],
      ["destination-refused", 7],
      ["quiet-hours", 7],
      ["rate-cap", 7],
      ["gateway-unreachable", 4],
    ])("that refuses with %s is told so: exit code %i", async (code, exit) => {
      using desk = terminal(config, { start: new TelephonyError(code, "what to do about it") });
      expect(await desk.run(startCommand, { to: "+15550100", json: true })).toBe(exit);
      expect(desk.json()).toEqual({ success: false, error: { code, message: "what to do about it", retryable: false } });
      expect(desk.stderr).toEqual([`what to do about it [${code}]`]);
    });
  });

  describe("without one", () => {
    it("holds a call itself until it is over", async () => {
      using desk = terminal(config, absent);
      const run = desk.run(startCommand, { to: "+15550100", message: "Hi", mode: "notify" });
      await desk.clock.settle();
      expect(desk.json()).toEqual({ callId: "c1", initiated: true, standalone: true });
      expect(desk.opened[0]?.owner).toBe("cli");
      expect(desk.closed()).toBe(0);
      desk.end("completed");
      expect(await run).toBe(0);
      expect(desk.closed()).toBe(1);
      expect([desk.clock.pending, desk.listeners.size]).toEqual([0, 0]);
    });

    it("says how a call ended that nobody answered", async () => {
      using desk = terminal(config, absent);
      const run = desk.run(startCommand, { to: "+15550100", message: "Hi", mode: "notify" });
      await desk.clock.settle();
      desk.end("no-answer");
      expect(await run).toBe(6);
      expect(desk.stderr.at(-1)).toContain("no-answer");
    });

    it("hangs up on Ctrl-C", async () => {
      using desk = terminal(config, absent);
      const run = desk.run(startCommand, { to: "+15550100", message: "Hi" });
      await desk.clock.settle();
      desk.interrupt.abort();
      expect(await run).toBe(130);
      expect(desk.closed()).toBe(1);
    });

    it("does not wait longer than any call may take", async () => {
      using desk = terminal({ ...config, maxDurationSeconds: 10 }, absent);
      const run = desk.run(startCommand, { to: "+15550100", message: "Hi" });
      await desk.clock.advance(30_000 + 10_000 + 30_000);
      expect(await run).toBe(6);
      expect(desk.closed()).toBe(1);
    });

    it.each([
      ["continue", continueCommand],
      ["speak", speakCommand],
      ["dtmf", dtmfCommand],
      ["transfer", transferCommand],
    ])("has no live call for %s", async (_name, command) => {
      using desk = terminal(config, absent);
      expect(await desk.run(command, { callId: "c1", message: "Hi", digits: "1" })).toBe(4);
      expect(desk.opened).toEqual([]);
    });

    it("shows the calls of the store without opening a telephone", async () => {
      using desk = terminal(config, absent);
      const directory = `${desk.host.stateDir}/voice-calls`;
      const store = openCallStore({ directory, clock: desk.clock, log: { debug() {}, info() {}, warn() {}, error() {} } });
      store.commit({ record: endedCall });
      store.close();
      await store.flush();
      expect(await desk.run(statusCommand, { callId: "c1", json: true })).toBe(0);
      expect(desk.json()).toMatchObject({ found: true, call: { callId: "c1", state: "completed" } });
      using again = terminal({ ...config, store: directory }, absent);
      expect(await again.run(endCommand, { callId: "c1" })).toBe(0);
      expect(await again.run(endCommand, { callId: "c2" })).toBe(5);
      expect([...desk.opened, ...again.opened]).toEqual([]);
    });

    it("tells what is missing before anything is opened", async () => {
      using desk = terminal({ enabled: true }, absent);
      expect(await desk.run(callCommand, { message: "Hi", to: "+15550100" })).toBe(3);
      expect(desk.opened).toEqual([]);
    });
  });

  it.each([callCommand, startCommand, endCommand, statusCommand])("never starts a telephone beside a Gateway that does not answer (%#)", async (command) => {
    using desk = terminal(config, unreachable);
    expect(await desk.run(command, { callId: "c1", to: "+15550100", message: "Hi" })).toBe(4);
    expect(desk.opened).toEqual([]);
    expect(desk.asked.every(([, , timeoutMs]) => timeoutMs <= 4000)).toBe(true);
  });

  it("tail shows what is there and ends when nothing follows", async () => {
    using desk = terminal(config, absent);
    const run = desk.run(tailCommand, { since: "5", poll: "1" });
    await desk.clock.advance(2500);
    expect(await run).toBe(0);
    expect(desk.clock.pending).toBe(0);
  });

  it.each([
    [tailCommand, { since: "many", poll: "250" }],
    [tailCommand, { since: "5", poll: "250", file: "/no/such/file" }],
    [latencyCommand, { last: "-1" }],
  ])("a flag that makes no sense is told (%#)", async (command, flags) => {
    using desk = terminal(config, absent);
    expect(await desk.run(command, flags)).toBe(2);
    expect(desk.stdout()).toBe("");
  });

  it("setup and smoke print one document and say by their code whether the telephone is ready", async () => {
    using ready = terminal(config, absent);
    expect(await ready.run(setupCommand, { json: true })).toBe(0);
    expect(ready.json()).toMatchObject({ ok: true, providers: { carrier: [{ id: "acme", package: "acme" }] } });
    using unready = terminal({ enabled: true, provider: "nobody" }, absent);
    expect(await unready.run(smokeCommand, { json: true, mode: "notify" })).toBe(3);
    expect(unready.json()).toMatchObject({ ok: false, dryRun: true });
  });

  it("smoke dials only with a number and --yes", async () => {
    const flags = { to: "+15550100", message: "Test.", mode: "notify", json: true };
    using dry = terminal(config, { start: { callId: "c1", initiated: true } });
    expect(await dry.run(smokeCommand, flags)).toBe(0);
    expect(dry.asked.map(([method]) => method)).not.toContain("start");
    using live = terminal(config, { start: { callId: "c1", initiated: true } });
    expect(await live.run(smokeCommand, { ...flags, yes: true })).toBe(0);
    expect(live.json()).toMatchObject({ ok: true, dryRun: false, call: { callId: "c1" } });
  });
});

const endedCall: CallRecord = {
  callId: "c1",
  direction: "outbound",
  lifecycle: "ended",
  carrier: "acme",
  mode: "notify",
  audioMode: "native",
  from: "+15550001",
  to: "+15550100",
  carrierIds: [],
  createdAt: 1,
  endedAt: 2,
  endReason: "completed",
  history: [],
  transcript: [],
  deadlines: { ringBy: 1, endBy: 2 },
  revision: 1,
};
