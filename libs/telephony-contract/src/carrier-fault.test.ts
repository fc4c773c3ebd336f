import { describe, expect, it } from "vitest";
import { MULAW_8K } from "./audio.ts";
import type { CarrierCapabilities } from "./capabilities.ts";
import { carrierFault } from "./carrier-fault.ts";
import type { Carrier } from "./carrier.ts";

const unused = () => Promise.reject(new Error("unused"));
const COMPLETE = Object.freeze({
  ...{ dial: unused, hangup: unused, status: unused, close: unused, find: unused, perform: unused, nudge: unused },
  ...{ verify: unused, parse: unused, render: unused, frames: {} },
}) as unknown as Carrier;

const PULL: CarrierCapabilities = { flow: "pull", webhooks: true, audioModes: ["native"], steps: {}, nudge: true, find: true };
const PUSH: CarrierCapabilities = { flow: "push", audioModes: ["native"], steps: {} };

function without(...members: (keyof Carrier)[]): Carrier {
  return Object.fromEntries(Object.entries(COMPLETE).filter(([member]) => !members.includes(member as keyof Carrier))) as unknown as Carrier;
}

describe("a carrier at fault", () => {
  it("is none that brings what it declares", () => {
    expect(carrierFault(PULL, COMPLETE)).toBeUndefined();
    expect(carrierFault(PUSH, without("verify", "parse", "render", "nudge", "find", "frames"))).toBeUndefined();
  });

  it("lacks what every carrier needs", () => {
    for (const member of ["dial", "hangup", "status", "close"] as const) {
      expect(carrierFault(PUSH, without(member))).toBe(`"${member}" is missing, which every carrier needs`);
    }
  });

  it("lacks the method of something that it declares", () => {
    const needs: [CarrierCapabilities, keyof Carrier, string][] = [
      [PULL, "verify", "webhooks"],
      [PULL, "parse", "webhooks"],
      [PULL, "render", 'flow "pull"'],
      [PULL, "nudge", "nudge"],
      [PULL, "find", "find"],
      [PUSH, "perform", 'flow "push"'],
    ];
    for (const [capabilities, member, what] of needs) {
      expect(carrierFault(capabilities, without(member))).toBe(`"${member}" is missing, which ${what} needs`);
    }
  });

  it("has a media socket without a frame codec, which a link of its own does not need", () => {
    const media = { transport: "socket", formats: [MULAW_8K], recovery: "none" } as const;
    const streaming: CarrierCapabilities = { ...PUSH, audioModes: ["native", "streaming"], media };
    expect(carrierFault(streaming, without("frames"))).toBe('"frames" is missing, which media.transport "socket" needs');
    expect(carrierFault({ ...streaming, media: { ...media, transport: "attached" } }, without("frames"))).toBeUndefined();
  });

  it("pulls without webhooks, or streams without media", () => {
    const { webhooks: _, ...deaf } = PULL;
    expect(carrierFault(deaf, COMPLETE)).toBe('flow "pull" needs webhooks');
    expect(carrierFault({ ...PUSH, audioModes: ["native", "realtime"] }, COMPLETE)).toBe('audio mode "realtime" needs media');
  });
});
