import { afterEach, describe, expect, it, vi } from "vitest";
import type * as Running from "./running.ts";
import { placeInboundCall, runningNetworks, setRemoteParty } from "./running.ts";
import { Bench, OURS, THEIRS, hold, say } from "./test/bench.ts";

/** The module as another copy of the package has it. */
async function anotherCopy(): Promise<typeof Running> {
  vi.resetModules();
  return await import("./running.ts");
}

describe("a mock network in the process", () => {
  const benches: Bench[] = [];
  const start = async (bench: Bench) => {
    benches.push(bench);
    await bench.carrier.start();
    return bench;
  };

  afterEach(async () => {
    setRemoteParty(undefined);
    for (const { carrier } of benches.splice(0)) await carrier.close();
  });

  it("is called from another copy of the package, with a script for the caller", async () => {
    const bench = await start(new Bench("emit"));
    bench.agent = () => [{ kind: "answer" }, hold];
    const copy = await anotherCopy();
    expect(copy.placeInboundCall).not.toBe(placeInboundCall);
    const call = copy.placeInboundCall({ from: THEIRS, to: OURS, script: [{ press: "7" }, { hangup: true }] });
    await bench.until("ended");
    expect(bench.of("digits")).toMatchObject([{ digits: "7" }]);
    expect(call.report()).toMatchObject({ direction: "inbound", callId: bench.call.callId, state: "ended", reason: "completed" });
  });

  it("is the latest one that runs", async () => {
    await start(new Bench("emit"));
    const latest = await start(new Bench("emit"));
    placeInboundCall({ from: THEIRS, to: OURS });
    expect(latest.of("incoming")).toHaveLength(1);
    await latest.carrier.close();
    expect(runningNetworks()).toHaveLength(1);
  });

  it("is missed with an error that says what to do", () => {
    expect(() => placeInboundCall({ from: THEIRS, to: OURS })).toThrow(expect.objectContaining({ code: "unavailable", message: expect.stringContaining('provider "mock"') as string }) as Error);
  });

  it("has the remote party that another copy has chosen", async () => {
    const heard: string[] = [];
    const copy = await anotherCopy();
    copy.setRemoteParty(({ to }) => (to === THEIRS ? { ring: (line) => line.answer(), hear: (what) => void heard.push(what.kind) } : undefined));
    const bench = await start(new Bench("emit", { outcome: "busy" }));
    await bench.dial([say("Hello"), hold]);
    await bench.clock.advance(1_000);
    expect(heard).toEqual(["started", "speech"]);
    await bench.dial([hold], { to: "+15550100009" });
    await bench.until("ended");
    expect(bench.of("ended")).toMatchObject([{ reason: "busy" }]);
  });
});
