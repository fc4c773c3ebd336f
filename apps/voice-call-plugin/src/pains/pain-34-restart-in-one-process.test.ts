import { getActiveResourcesInfo } from "node:process";
import { describe, expect, it } from "vitest";
import { configWith, FakeHost } from "../host/fake-host.test-support.ts";
import plugin from "../index.ts";
import { currentRuntime } from "../runtime/slot.ts";

const config = { enabled: true, provider: "mock", serve: { port: 0 }, mock: { ringMs: 60_000 } };
const held = () => getActiveResourcesInfo().filter((kind) => /Timeout|TCP|Server/.test(kind)).length;

/** A restart inside the process, or a hot reload, left the plugin retired, or working with what it had read at its start. */
describe("pain 34: the plugin can be stopped and started as often as you like", () => {
  it("twenty times with a call in the air, and nothing is left of them", async () => {
    using host = new FakeHost(config);
    const instance = host.load(plugin, "full");
    await instance.start();
    await instance.stop();
    const before = held();
    for (let round = 0; round < 20; round++) {
      await instance.start();
      expect(await instance.rpc("voicecall.start", { to: "+15550100", message: `Round ${round}` })).toMatchObject({ ok: true });
      await instance.stop();
      expect(currentRuntime()).toBeUndefined();
    }
    expect(held()).toBeLessThanOrEqual(before);
    await instance.dispose();
  });

  it("the next call uses the configuration as it is then", async () => {
    using host = new FakeHost(config);
    const instance = host.load(plugin, "full");
    await instance.start();
    host.config = configWith({ ...config, toNumber: "+15550177" });
    const { payload } = await instance.rpc("voicecall.initiate", { message: "Hello" });
    expect(await instance.rpc("voicecall.status", { callId: String(payload?.["callId"]) })).toMatchObject({ payload: { call: { to: "+15550177" } } });
    await instance.stop();
    await instance.dispose();
  });

  it("a stop that comes while the start is under way wins", async () => {
    using host = new FakeHost(config);
    const instance = host.load(plugin, "full");
    const starting = instance.start();
    await instance.stop();
    await starting;
    expect(currentRuntime()).toBeUndefined();
    await instance.dispose();
  });

  it("the instance that replaces another keeps its telephone when the other stops late", async () => {
    using host = new FakeHost(config);
    const old = host.load(plugin, "full");
    const next = host.load(plugin, "full");
    await old.start();
    await next.start();
    const { owner } = currentRuntime() ?? {};
    await old.stop();
    expect(currentRuntime()?.owner).toBe(owner);
    await next.stop();
    await old.dispose();
    await next.dispose();
  });
});
