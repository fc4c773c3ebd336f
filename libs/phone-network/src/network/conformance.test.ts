import { createLogRecorder, createVirtualClock, type NetworkFault } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Network, conformanceNetwork, type Leg } from "../index.ts";

const OURS = "+15550100001";
const THEIRS = "+15550100002";
const OTHERS = "+15550100003";

/** A network whose parties are the conformance kit's. */
function setUp() {
  const clock = createVirtualClock();
  const faults: NetworkFault[] = [];
  const conduct = (_leg: Leg) => ({ report: () => undefined });
  const kit = conformanceNetwork({ faults: { next: (fault) => void faults.push(fault) }, callUs: (numbers) => network.visit(numbers, conduct) });
  let serial = 0;
  const network: Network = new Network({ clock, log: createLogRecorder(), idFor: () => `call-${++serial}`, ...kit });
  const place = (to: string) => network.place({ from: OURS, to, ringTimeoutMs: 30_000 }, conduct);
  return { clock, faults, place, network, kit: kit.network, transferOutcome: kit.transferOutcome };
}

describe("a conformance harness's network", () => {
  it("knows the far end of the latest call to a number, once it rings there", async () => {
    const { clock, kit, place } = setUp();
    place(THEIRS).call.end("completed", "us");
    place(OTHERS);
    const latest = place(THEIRS);
    expect(kit.party(THEIRS)).toBeUndefined();
    await clock.advance(1);
    void kit.party(THEIRS)?.answer();
    expect(latest.call.state).toBe("answered");
    expect(kit.party(OTHERS)?.state()).toBe("ringing");
    expect(kit.party("+15550100009")).toBeUndefined();
    expect(kit.placed).toBe(3);
  });

  it("calls us with a far end that does nothing by itself, which is no call that we placed", async () => {
    const { clock, kit } = setUp();
    const caller = await kit.call?.({ from: THEIRS, to: OURS });
    await clock.advance(10_000);
    expect(caller?.state()).toBe("ringing");
    expect(kit.placed).toBe(0);
  });

  it("tells what the far end heard, with keys that belong together as one", async () => {
    const { clock, kit, place } = setUp();
    const { call } = place(THEIRS);
    await clock.advance(1);
    void kit.party(THEIRS)?.answer();
    void call.say("Press now.");
    await clock.advance(2_000);
    void call.press("12w3").then(() => call.play("https://voice.example.com/tune"));
    await clock.advance(10_000);
    expect(kit.party(THEIRS)?.heard()).toEqual([
      { kind: "say", text: "Press now." },
      { kind: "digits", digits: "123" },
      { kind: "play", url: "https://voice.example.com/tune" },
    ]);
  });

  it("passes on what is to be done to requests and to transfers", () => {
    const { faults, kit, transferOutcome } = setUp();
    kit.failNext("stall");
    kit.failNext("none");
    expect(faults).toEqual(["stall", "none"]);
    expect(transferOutcome(OTHERS)).toBe("answer");
    kit.transferTarget?.("busy");
    expect(transferOutcome(OTHERS)).toBe("busy");
  });

  it("says so where the carrier's network does not ask it for its parties", () => {
    const { network } = conformanceNetwork({ faults: { next: () => undefined }, callUs: () => undefined });
    expect(() => network.call?.({ from: THEIRS, to: OURS })).toThrow(/parties/);
  });
});
