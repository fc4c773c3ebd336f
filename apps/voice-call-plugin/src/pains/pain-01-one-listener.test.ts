import { Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { registry } from "@openclaw/telephony-contract";
import { FakeCommander, FakeHost } from "../host/fake-host.test-support.ts";
import { currentRuntime } from "../runtime/slot.ts";
import type plugin from "../index.ts";

/** The plugin as a load of its own: every module is evaluated again, as the host does it. */
async function freshCopy(): Promise<typeof plugin> {
  vi.resetModules();
  return (await import("../index.ts")).default;
}

/**
 * Every entry point once started a runtime of its own: the service, the agent's tool and each command fought for one port,
 * and a healthy Gateway failed with EADDRINUSE.
 */
describe("pain 1: one listener, whatever loads the plugin and however often", () => {
  const { listen } = Server.prototype;
  let listeners = 0;
  beforeEach(() => {
    listeners = 0;
    Server.prototype.listen = function (this: Server, ...where: unknown[]) {
      listeners++;
      return Reflect.apply(listen, this, where) as Server;
    } as typeof listen;
  });
  afterEach(() => {
    Server.prototype.listen = listen;
    expect(currentRuntime()).toBeUndefined();
    expect(registry().entries()).toEqual([]);
  });

  it("service, tool, Gateway methods and commands share the telephone of the process", async () => {
    using host = new FakeHost({ enabled: true, provider: "mock", serve: { port: 0 }, mock: { ringMs: 60_000 } });
    const full = host.load(await freshCopy(), "full");
    const discovery = host.load(await freshCopy(), "discovery");
    await full.start();
    await full.start();

    const placed = await discovery.tool({ action: "initiate_call", to: "+15550100", message: "Hello" });
    expect(placed).toMatchObject({ initiated: true });
    const { callId } = placed;
    expect(await discovery.tool({ action: "get_status", callId })).toMatchObject({ found: true, call: { to: "+15550100" } });
    expect(await full.rpc("voicecall.status", { callId: String(callId) })).toMatchObject({ ok: true, payload: { found: true } });

    // The tool's instance is thrown away and rebuilt at every change of anything.
    await discovery.dispose();
    const rebuilt = host.load(await freshCopy(), "discovery");
    expect(await rebuilt.tool({ action: "end_call", callId })).toEqual({ success: true });
    expect(listeners).toBe(1);

    await rebuilt.dispose();
    await full.stop();
    await full.dispose();
  });

  it("commands that only look open nothing", async () => {
    using host = new FakeHost({ enabled: true, provider: "mock" });
    const cli = host.load(await freshCopy(), "discovery");
    const program = new FakeCommander();
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    for (const registrar of cli.registrars) await registrar({ program });
    for (const name of ["tail", "latency"])
      await program.children.get("voicecall")?.children.get(name)?.run({ since: "5", poll: "50", last: "10" });
    expect(JSON.parse(String(written.mock.calls.at(-1)?.[0]))).toMatchObject({ recordsScanned: 0 });
    written.mockRestore();
    expect(listeners).toBe(0);
    expect(currentRuntime()).toBeUndefined();
    process.exitCode = undefined;
    await cli.dispose();
  });

  it("loading alone opens nothing, in any mode", async () => {
    using host = new FakeHost({ enabled: true, provider: "mock" });
    for (const mode of ["cli-metadata", "discovery", "tool-discovery", "full", "setup-only"]) {
      const instance = host.load(await freshCopy(), mode);
      await instance.dispose();
    }
    expect(listeners).toBe(0);
  });
});
