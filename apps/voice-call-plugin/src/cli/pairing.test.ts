import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { FakeCommander, FakeHost } from "../host/fake-host.test-support.ts";
import { addCommands } from "./commands.ts";
import { terminal } from "./commands.test-support.ts";
import { pairingApproveCommand, pairingListCommand, pairingRefuseCommand, pairingRevokeCommand } from "./pairing.ts";

const config = { enabled: true, provider: "acme" };
const list = {
  requests: [{ code: "ABCD2345", number: "+15550122", dialled: "+15550199", attestation: "A", requestedAt: 0, expiresAt: 86_400_000 }],
  callers: [
    { number: "+15550111", decision: "approved", decidedAt: 1000 },
    { number: "+15550112", decision: "refused", decidedAt: 2000 },
  ],
};

describe("pairing list", () => {
  it("shows who waits, with the code, and whom the owner let in or turned away", async () => {
    using desk = terminal(config, { "pairing.list": list });
    expect(await desk.run(pairingListCommand)).toBe(0);
    expect(desk.stdout().trimEnd().split("\n")).toEqual([
      "waiting   ABCD2345  +15550122 → +15550199, attested A, called 1970-01-01T00:00:00.000Z, until 1970-01-02T00:00:00.000Z",
      "approved  +15550111, since 1970-01-01T00:00:01.000Z",
      "refused   +15550112, since 1970-01-01T00:00:02.000Z",
    ]);
  });

  it("says so when nobody has asked", async () => {
    using desk = terminal(config, { "pairing.list": { requests: [], callers: [] } });
    expect(await desk.run(pairingListCommand)).toBe(0);
    expect(desk.stdout()).toBe("Nobody has asked to be let in.\n");
  });

  it("prints nothing but JSON with --json", async () => {
    using desk = terminal(config, { "pairing.list": list });
    await desk.run(pairingListCommand, { json: true });
    expect(desk.json()).toEqual(list);
  });
});

describe.each([
  ["pairing.approve", pairingApproveCommand],
  ["pairing.refuse", pairingRefuseCommand],
  ["pairing.revoke", pairingRevokeCommand],
] as const)("%s", (method, command) => {
  it("asks the Gateway for it, and prints what it says", async () => {
    using desk = terminal(config, { [method]: { success: true } });
    expect(await desk.run(command, { caller: "ABCD2345" })).toBe(0);
    expect(desk.asked.map(([asked, input]) => [asked, input])).toEqual([[method, { caller: "ABCD2345" }]]);
    expect(desk.json()).toEqual({ success: true });
  });

  it.each([
    ["nobody waits under the code", new TelephonyError("pairing-unknown", "no caller waits under this code"), 5],
    ["the argument is no number", new TelephonyError("invalid-request", "has to be a number"), 2],
    ["the Gateway does not answer", new TelephonyError("gateway-unreachable", "no answer"), 4],
  ])("ends with a fitting code when %s", async (_why, error, exit) => {
    using desk = terminal(config, { [method]: error });
    expect(await desk.run(command, { caller: "X" })).toBe(exit);
    expect(desk.stderr).toEqual([expect.stringContaining(`[${error.code}]`)]);
  });

  it("needs a Gateway, and opens no telephone of its own", async () => {
    using desk = terminal(config, new TelephonyError("gateway-absent", "none"));
    expect(await desk.run(command, { caller: "ABCD2345" })).toBe(4);
    expect(desk.stderr).toEqual([expect.stringContaining("[gateway-required]")]);
    expect(desk.opened).toEqual([]);
  });
});

describe("the command line", () => {
  it("takes whom it is about as a word of its own", () => {
    using host = new FakeHost(config);
    const program = new FakeCommander();
    addCommands(program, host);
    const pairing = program.children.get("voicecall")?.children.get("pairing");
    expect([...(pairing?.children.keys() ?? [])]).toEqual(["list", "approve <code-or-number>", "refuse <code-or-number>", "revoke <number>"]);
  });
});
