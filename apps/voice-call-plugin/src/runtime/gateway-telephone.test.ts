import type { CallView, Telephone } from "@openclaw/call-engine";
import { createRegistry, registerProvider, TelephonyError } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { configWith, FakeHost } from "../host/fake-host.test-support.ts";
import { fakeCarrier } from "../host/fake-carrier.test-support.ts";
import { Configuration } from "./configuration.ts";
import { GatewayTelephone } from "./gateway-telephone.ts";
import type { TelephoneRequest } from "./open-telephone.ts";

const READY = { enabled: true, provider: "acme", fromNumber: "+15550001", acme: { apiKey: "k" } };

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((cleanup) => cleanup()));

/** A Gateway's telephone whose engine is a stand-in, on a clock that the test moves. */
function desk(config: unknown = READY, { withCarrier = true, rest = {} } = {}) {
  const host = new FakeHost(config, rest);
  const clock = createVirtualClock();
  const registry = createRegistry();
  let removeCarrier = (): void => undefined;
  const addCarrier = (): void => {
    removeCarrier = registerProvider(fakeCarrier("acme"), { mode: "full", package: "acme", version: "1.0.0" }, registry);
  };
  if (withCarrier) addCarrier();
  const live: CallView[] = [];
  const opened: TelephoneRequest[] = [];
  let closed = 0;
  let fault: TelephonyError | undefined;
  const initiate = vi.fn(() => Promise.resolve({ callId: "c1" } as CallView));
  const telephone = { active: () => live, initiate, get: () => undefined } as unknown as Telephone;
  const health = { reportFailure: vi.fn(), clearFailure: vi.fn() };
  const line = (level: string) => (message: string) => void host.logged.push(`${level} ${message}`);
  const phone = new GatewayTelephone({
    configuration: new Configuration({ runtime: host.runtime, stateDir: host.stateDir, env: {}, modes: ["full"], registry }),
    runtime: host.runtime,
    env: {},
    clock,
    log: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
    open: (request) => {
      opened.push(request);
      return fault ? Promise.reject(fault) : Promise.resolve({ telephone, close: () => Promise.resolve(void closed++) });
    },
    onProviders: (changed) => registry.subscribe(changed),
    health,
  });
  cleanups.push(() => host[Symbol.dispose]());
  const dial = () => phone.request("start", { to: "+15550100", message: "Hi" });
  const warnings = () => host.logged.filter((entry) => entry.startsWith("warn"));
  return {
    host, clock, phone, opened, live, initiate, health, dial, warnings, addCarrier,
    closed: () => closed,
    removeCarrier: () => removeCarrier(),
    fail: (error?: TelephonyError) => (fault = error),
    configure: (next: unknown) => (host.config = configWith(next)),
  };
}

describe("the telephone of a Gateway", () => {
  it("opens once, with the settings as they are", async () => {
    const { phone, opened, dial } = desk();
    await phone.start();
    await phone.start();
    expect(await dial()).toEqual({ callId: "c1", initiated: true });
    expect(opened).toHaveLength(1);
    expect(opened[0]?.directory).toMatch(/voice-calls$/);
    expect(opened[0]).toMatchObject({ owner: "gateway", warmUp: true, tellOwner: true });
    expect(opened[0]?.settings()).toMatchObject({ carrier: "acme", carrierConfig: { apiKey: "k" } });
    await phone.stop();
  });

  it("takes new values with the next call, without opening anything anew", async () => {
    const { phone, opened, dial, configure } = desk();
    await phone.start();
    configure({ ...READY, maxDurationSeconds: 60 });
    await dial();
    expect(opened).toHaveLength(1);
    expect(opened[0]?.settings().maxDurationMs).toBe(60_000);
    await phone.stop();
  });

  it("moves to another port only when no call is left", async () => {
    const { phone, clock, opened, live, configure, closed, warnings } = desk();
    await phone.start();
    live.push({ callId: "c1" } as CallView);
    configure({ ...READY, serve: { port: 4444 } });
    await clock.advance(6000);
    expect(closed()).toBe(0);
    expect(warnings()).toEqual([expect.stringContaining("takes effect when the calls are over")]);
    live.length = 0;
    await clock.advance(2000);
    expect(closed()).toBe(1);
    expect(opened[1]?.settings().serve.port).toBe(4444);
    await phone.stop();
  });

  it("refuses new calls under a wrong configuration, keeps live ones, and goes down after them", async () => {
    const { phone, clock, opened, live, dial, configure, closed } = desk();
    await phone.start();
    live.push({ callId: "c1" } as CallView);
    configure({ ...READY, maxConcurrentCalls: "many" });
    await expect(dial()).rejects.toMatchObject({ code: "config-invalid", problems: [{ key: expect.stringContaining("maxConcurrentCalls") as string }] });
    expect(await phone.request("status", {})).toMatchObject({ found: true });
    expect(opened[0]?.settings().inboundPolicy).toBe("disabled");
    live.length = 0;
    await clock.advance(2000);
    expect(closed()).toBe(1);
    configure(READY);
    expect(await dial()).toMatchObject({ callId: "c1" });
    await phone.stop();
  });

  it.each([
    ["switched off", { ...READY, enabled: false }, "setup-incomplete", "enabled"],
    ["without a carrier", { enabled: true }, "setup-incomplete", "provider"],
    ["without credentials", { ...READY, acme: {} }, "setup-incomplete", "acme.apiKey"],
    ["of the wrong shape", { ...READY, serve: 7 }, "config-invalid", "serve"],
    ["with two audio modes", { ...READY, streaming: { enabled: true }, realtime: { enabled: true } }, "config-invalid", "realtime"],
  ])("stays down when it is %s: every request gets the same list, the log one warning", async (_what, config, code, key) => {
    const { phone, clock, opened, dial, warnings } = desk(config);
    await phone.start();
    await clock.advance(10_000);
    const problems = expect.arrayContaining([expect.objectContaining({ key: expect.stringContaining(key) as string, remedy: expect.any(String) as string })]) as unknown;
    for (const asked of [dial(), phone.request("status", {}), phone.request("end", { callId: "c1" })])
      await expect(asked).rejects.toMatchObject({ code, problems });
    expect(opened).toEqual([]);
    expect(warnings()).toHaveLength(1);
    await phone.stop();
  });

  it("names the key when nobody chose among several agents", async () => {
    const { phone, dial } = desk(READY, { rest: { agents: { entries: { anna: {}, bob: {} } } } });
    await phone.start();
    await expect(dial()).rejects.toMatchObject({ problems: [{ key: "plugins.entries.voice-call.config.agentId" }] });
    await phone.stop();
  });

  it("comes up when the carrier's package does, and goes down with it", async () => {
    const { phone, clock, opened, dial, addCarrier, removeCarrier, closed } = desk(READY, { withCarrier: false });
    await phone.start();
    await expect(dial()).rejects.toMatchObject({ code: "setup-incomplete", message: expect.stringContaining("acme") as string });
    addCarrier();
    await clock.advance(2000);
    expect(opened).toHaveLength(1);
    removeCarrier();
    await clock.advance(2000);
    expect(closed()).toBe(1);
    await phone.stop();
  });

  it("tries again when something outside was in the way, and shows that in the host's health", async () => {
    const { phone, clock, opened, fail, dial, warnings, health } = desk();
    fail(new TelephonyError("listener-failed", "port 3334 is in use"));
    await phone.start();
    await expect(dial()).rejects.toMatchObject({ code: "listener-failed" });
    expect(opened).toHaveLength(1);
    expect(health.reportFailure).toHaveBeenCalled();
    fail();
    await clock.advance(10_000);
    expect(opened).toHaveLength(2);
    expect(health.clearFailure).toHaveBeenCalled();
    expect(warnings()).toHaveLength(1);
    await phone.stop();
  });

  it("goes down when another process takes the store over", async () => {
    const { phone, clock, opened, closed } = desk();
    await phone.start();
    opened[0]?.onLost();
    await clock.settle();
    expect(closed()).toBe(1);
    await clock.advance(12_000);
    expect(opened).toHaveLength(2);
    await phone.stop();
  });

  it("leaves no timer behind and refuses everything once it is stopped", async () => {
    const { phone, clock, dial } = desk();
    await phone.start();
    await phone.stop();
    await phone.stop();
    expect(clock.pending).toBe(0);
    await expect(dial()).rejects.toMatchObject({ code: "not-running", retryable: true });
  });

  it("knows no other requests than its own", async () => {
    const { phone } = desk();
    await phone.start();
    await expect(phone.request("toString", {})).rejects.toMatchObject({ code: "invalid-request" });
    await phone.stop();
  });
});
