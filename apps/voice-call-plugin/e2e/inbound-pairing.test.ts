import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelServer, type HostLab, type ModelRequest, type ModelServer } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, liveCalls } from "./support/calls.ts";
import { callUs, networkCalls, packNetworkProbe, type NetworkCall } from "./support/network-probe.ts";
import { startTelephone } from "./support/telephone-lab.ts";

const OUR_NUMBER = "+15550199";
const STRANGER = "+15550122";
const GREETING = "You have reached the lab";
const MESSAGE = "The owner of the lab is asked";

interface Pairing {
  readonly requests: readonly { readonly code: string; readonly number: string; readonly dialled: string }[];
  readonly callers: readonly { readonly number: string; readonly decision: string }[];
}

let folder: string;
let model: ModelServer;
let lab: HostLab;
let code = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "voice-call-pairing-"));
  model = await startModelServer({ script: ({ lastUserText }) => (lastUserText === "It is me" ? JSON.stringify({ spoken: "Welcome" }) : "NO_REPLY") });
  lab = await startTelephone({
    model: { server: model },
    install: [packNetworkProbe(folder)],
    config: {
      inboundPolicy: "pairing",
      pairing: { message: MESSAGE },
      inboundGreeting: GREETING,
      outbound: { notifyHangupDelaySec: 0 },
      mock: { speakingMsPerWord: 20, thinkingMs: 50 },
    },
  });
  await lab.waitForLog(/the telephone is ready/);
});

afterAll(async () => {
  await lab?.dispose();
  await model?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls, says something to whoever answers, and gives the call as the network saw it once it is over. */
async function visit(from = STRANGER): Promise<NetworkCall> {
  const seen = (await networkCalls(lab)).length;
  await callUs(lab, { from, to: OUR_NUMBER, script: [{ waitFor: "speech" }, { say: "It is me" }, { waitFor: "speech" }, { hangup: true }] });
  return eventually(async () => {
    const call = (await networkCalls(lab))[seen];
    if (call?.state !== "ended") throw new Error(`not over yet: ${JSON.stringify(call)}`);
    return call;
  });
}

const list = async () => (await lab.rpc("voicecall.pairing.list")) as Pairing;
const texts = ({ messages }: ModelRequest) => messages.map(({ text }) => text).join("\n");

describe("a stranger who calls", () => {
  it("hears that the owner is asked, and is hung up on; no agent hears of what is said", async () => {
    expect(await visit()).toMatchObject({ reason: "completed", heard: [MESSAGE] });
    expect(model.requests.filter(({ lastUserText }) => lastUserText === "It is me")).toEqual([]);
    expect(await liveCalls(lab)).toEqual([]);
  });

  it("waits in the list, under a code", async () => {
    const { requests, callers } = await list();
    expect(requests).toMatchObject([{ number: STRANGER, dialled: OUR_NUMBER }]);
    expect(callers).toEqual([]);
    code = requests[0]?.code ?? "";
  });

  it("is told of to the owner: the agent is woken in its main session with the number and the commands", async () => {
    const request = await model.waitForRequest((asked) => texts(asked).includes(`pairing approve ${code}`), { timeoutMs: 60_000 });
    expect(texts(request)).toContain(STRANGER);
    expect(texts(request)).toContain(`pairing refuse ${code}`);
  });

  it("is nowhere in the log by the whole number", () => {
    expect(lab.logs()).toContain("asks to be let in");
    expect(lab.logs()).not.toContain(STRANGER);
  });

  it("who withholds the number is rejected, and nobody is asked", async () => {
    expect(await visit("")).toMatchObject({ reason: "rejected", heard: [] });
    expect((await list()).requests).toHaveLength(1);
  });
});

describe("the owner", () => {
  it("alone decides: the right to place calls is not enough", async () => {
    const scopes = ["operator.read", "operator.write"];
    await expect(lab.rpc("voicecall.pairing.approve", { caller: code }, { scopes })).rejects.toThrow(/operator\.admin|scope|forbidden/i);
    expect((await list()).callers).toEqual([]);
  });

  it("lets the caller in on the command line", async () => {
    const shown = await lab.cli(["voicecall", "pairing", "list", "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ requests: [{ code, number: STRANGER }] });
    const approved = await lab.cli(["voicecall", "pairing", "approve", code]);
    expect([approved.code, JSON.parse(approved.stdout)]).toMatchObject([0, { success: true, caller: { number: STRANGER, decision: "approved" } }]);
    const again = await lab.cli(["voicecall", "pairing", "approve", code]);
    expect([again.code, again.stderr]).toEqual([5, expect.stringContaining("[pairing-unknown]")]);
  });

  it("so that the next call is answered by the agent, without its hands", async () => {
    expect(await visit()).toMatchObject({ reason: "completed", heard: [GREETING, "Welcome"] });
    const [turn] = model.requests.filter(({ lastUserText }) => lastUserText === "It is me");
    const offered = turn?.tools.map(({ name }) => name) ?? [];
    for (const dangerous of ["exec", "process", "write", "edit", "openclaw", "voice_call"]) expect(offered).not.toContain(dangerous);
  });

  it("is remembered when the Gateway has been restarted", async () => {
    await lab.restart();
    await eventually(async () => expect((await list()).callers).toMatchObject([{ number: STRANGER, decision: "approved" }]));
    expect(await visit()).toMatchObject({ heard: [GREETING, "Welcome"] });
  });

  it("takes it back, and turns the caller away for good", async () => {
    await lab.rpc("voicecall.pairing.revoke", { caller: STRANGER });
    expect(await visit()).toMatchObject({ heard: [MESSAGE] });
    await lab.rpc("voicecall.pairing.refuse", { caller: STRANGER });
    expect(await visit()).toMatchObject({ reason: "rejected", heard: [] });
  });
});
