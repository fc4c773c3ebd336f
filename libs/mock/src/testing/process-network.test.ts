import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, OURS, THEIRS, hold, say } from "../test/bench.ts";
import { processNetwork } from "./index.ts";

describe("the mock network of this process, in the hands of a suite", () => {
  const network = processNetwork();
  let bench: Bench;
  beforeEach(async () => {
    bench = new Bench("emit", { outcome: "busy" });
    await bench.carrier.start();
  });
  afterEach(async () => {
    network.setParty(undefined);
    await bench.carrier.close();
  });

  it("has its calls, and its people where a test chooses them", async () => {
    network.setParty(() => ({ ring: (line) => line.answer() }));
    await bench.dial([say("Hello"), hold]);
    await bench.clock.advance(1_000);
    expect(network.calls()).toMatchObject([{ to: THEIRS, state: "answered", heard: ["Hello"] }]);
    network.setParty(undefined);
    await bench.dial([hold]);
    await bench.clock.advance(1_000);
    expect(network.calls()[1]).toMatchObject({ state: "ended", reason: "busy" });
  });

  it("lets people call us, and is empty where no network runs", async () => {
    network.callUs({ from: THEIRS, to: OURS });
    expect(bench.of("incoming")).toMatchObject([{ from: THEIRS, to: OURS }]);
    await bench.carrier.close();
    expect(network.calls()).toEqual([]);
    expect(() => network.callUs({ from: THEIRS, to: OURS })).toThrow(expect.objectContaining({ code: "unavailable" }) as Error);
  });
});
