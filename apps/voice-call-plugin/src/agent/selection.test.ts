import { describe, expect, it } from "vitest";
import { canonicalKey, rosterOf, selectAgent, sessionKeyOf } from "./selection.ts";

const alone = rosterOf({});
const two = rosterOf({ agents: { entries: { Anna: {}, bob: {} } } });
const call = { callId: "C1", direction: "outbound", from: "+15550001", to: "+15550100" } as const;

describe("the agent of a call", () => {
  it("is the host's only one when nobody chooses", () => {
    expect(selectAgent(undefined, alone)).toBe("main");
    expect(selectAgent(undefined, rosterOf({ agents: { list: [{ id: "Clara" }] } }))).toBe("clara");
  });

  it("is the one that was named, whatever its case", () => {
    expect(selectAgent("ANNA", two)).toBe("anna");
  });

  it("is never guessed among several", () => {
    expect(() => selectAgent(undefined, two)).toThrow(expect.objectContaining({ code: "agent-ambiguous", message: expect.stringContaining("config.agentId") as string }));
  });

  it("has to exist", () => {
    expect(() => selectAgent("carl", two)).toThrow(expect.objectContaining({ code: "agent-unknown", message: expect.stringContaining("anna, bob") as string }));
  });

  it("is read from a configuration of any shape", () => {
    for (const broken of [undefined, 5, { agents: 7 }, { agents: { entries: {} } }, { agents: { list: [null, { id: 4 }] } }])
      expect(rosterOf(broken).agents).toEqual(["main"]);
  });
});

describe("the session of a call", () => {
  const key = (sessionScope: "per-phone" | "per-call" | "main", changes: Partial<Parameters<typeof sessionKeyOf>[0]> = {}, roster = alone) =>
    sessionKeyOf({ ...call, ...changes }, { sessionScope }, "main", roster);

  it("is the remote number's by default, in both directions", () => {
    expect(key("per-phone")).toBe("agent:main:voice:15550100");
    expect(key("per-phone", { direction: "inbound", from: "+15550200" })).toBe("agent:main:voice:15550200");
  });

  it("is the call's own for callers who hide their number", () => {
    expect(key("per-phone", { direction: "inbound", from: "anonymous" })).toBe("agent:main:voice:call:c1");
  });

  it("is the call's own, or the agent's main one, when so configured", () => {
    expect(key("per-call")).toBe("agent:main:voice:call:c1");
    expect(key("main")).toBe("agent:main:main");
    expect(key("main", {}, rosterOf({ session: { scope: "global" } }))).toBe("global");
  });

  it.each([
    ["agent:main:Meet:7", "agent:main:meet:7"],
    ["agent:main:main", "agent:main:main"],
    ["main", "agent:main:main"],
    ["meet-7", "agent:main:meet-7"],
    ["agent:other:main", "agent:main:voice:other:main"],
    ["agent:", "agent:main:voice:"],
    ["global", "global"],
  ])("given as %s is kept as %s: canonical, and never another agent's", (given, kept) => {
    expect(canonicalKey(given, "main", alone)).toBe(kept);
    expect(key("per-phone", { sessionKey: given })).toBe(kept);
  });
});
