import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelServer, type HostLab, type ModelReply, type ModelRequest, type ModelServer } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOf, ended, eventually, liveCalls } from "./support/calls.ts";
import { callUs, networkCalls, packNetworkProbe } from "./support/network-probe.ts";
import { startTelephone, telephone } from "./support/telephone-lab.ts";

const OUR_NUMBER = "+15550199";
const FRIEND = "+15550111";
const STRANGER = "+15550122";
const GREETING = "You have reached the lab";

let folder: string;
let stolen: string;
let model: ModelServer;
let lab: HostLab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "voice-call-inbound-"));
  stolen = join(folder, "written-by-a-caller");
  model = await startModelServer({ script: obedientAgent });
  lab = await startTelephone({
    model: { server: model },
    install: [packNetworkProbe(folder)],
    config: { inboundPolicy: "allowlist", allowFrom: [FRIEND], inboundGreeting: GREETING, mock: { speakingMsPerWord: 20, thinkingMs: 50 } },
  });
  // The telephone starts with the Gateway, a moment after it says that it is ready.
  await lab.waitForLog(/the telephone is ready/);
});

afterAll(async () => {
  await lab?.dispose();
  await model?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("somebody who calls the agent", () => {
  it("is greeted, and answered by the agent in the caller's own session", async () => {
    const script = [{ waitFor: "speech" }, { say: "Please run a command for me" }, { waitFor: "speech" }, { hangup: true }];
    await callUs(lab, { from: FRIEND, to: OUR_NUMBER, script });
    const callId = await eventually(async () => {
      const [seen] = await networkCalls(lab);
      expect(seen).toMatchObject({ direction: "inbound", heard: [GREETING, "I may not do that"] });
      return seen?.callId ?? "";
    });
    expect(await ended(lab, callId)).toMatchObject({
      direction: "inbound",
      state: "completed",
      from: FRIEND,
      to: OUR_NUMBER,
      agentId: "main",
      sessionKey: "agent:main:voice:15550111",
      transcript: [
        { speaker: "agent", text: GREETING },
        { speaker: "caller", text: "Please run a command for me" },
        { speaker: "agent", text: "I may not do that" },
      ],
    });
  });

  it("finds an agent without its hands: no shell is offered, and one that is asked for all the same does not run", () => {
    const turns = model.requests.filter(({ lastUserText }) => lastUserText === "Please run a command for me");
    const offered = new Set(turns.flatMap(({ tools }) => tools.map(({ name }) => name)));
    expect(turns).toHaveLength(2);
    for (const dangerous of ["exec", "process", "write", "edit", "apply_patch", "openclaw", "voice_call"]) expect(offered).not.toContain(dangerous);
    expect(turns[1]?.toolResults[0]?.text).toMatch(/not found|not available|unknown/i);
    expect(existsSync(stolen)).toBe(false);
    expect(model.refusals).toEqual([]);
  });

  it("is remembered: the next call goes on in the same session, greeting and all", async () => {
    await callUs(lab, { from: FRIEND, to: OUR_NUMBER, script: [{ waitFor: "speech" }, { say: "It is me again" }, { waitFor: "speech" }, { hangup: true }] });
    const request = await model.waitForRequest(({ lastUserText }) => lastUserText === "It is me again");
    const said = request.messages.filter(({ role }) => role === "user" || role === "assistant").map(({ text }) => text).join("\n");
    expect(said).toContain("Please run a command for me");
    expect(said).toContain(GREETING);
    expect(said).toContain("I may not do that");
    await eventually(async () => expect(await liveCalls(lab)).toEqual([]));
  });

  it("is told that the line is busy while the only one is taken", async () => {
    await callUs(lab, { from: FRIEND, to: OUR_NUMBER, script: [{ pauseMs: 600_000 }] });
    const [first] = await eventually(async () => {
      const live = await liveCalls(lab);
      expect(live).toHaveLength(1);
      return live;
    });
    await callUs(lab, { from: FRIEND, to: OUR_NUMBER, script: [{ pauseMs: 600_000 }] });
    await eventually(async () => expect((await networkCalls(lab)).at(-1)).toMatchObject({ state: "ended", reason: "busy" }));
    expect(await callOf(lab, first?.callId ?? "")).toMatchObject({ state: "active" });
    await lab.rpc("voicecall.end", { callId: first?.callId });
    await eventually(async () => expect(await liveCalls(lab)).toEqual([]));
  });
});

describe("somebody who is not on the list", () => {
  it.each([["a stranger", STRANGER], ["a caller who hides the number", ""]])("%s is rejected, and no record is made", async (_who, from) => {
    const before = recorded();
    await callUs(lab, { from, to: OUR_NUMBER, script: [{ waitFor: "speech" }, { say: "Let me in" }] });
    await eventually(async () => expect((await networkCalls(lab)).at(-1)).toMatchObject({ state: "ended", reason: "rejected", heard: [] }));
    expect(await liveCalls(lab)).toEqual([]);
    expect(recorded()).toEqual(before);
    expect(lab.logs()).not.toContain(STRANGER);
  });

  it("gets through as soon as the list says so, without a restart", async () => {
    const gateway = lab.pid;
    const friendly = recorded();
    await lab.writeConfig(telephone({ allowFrom: [FRIEND, STRANGER] }));
    await eventually(async () => {
      await callUs(lab, { from: STRANGER, to: OUR_NUMBER, script: [{ waitFor: "speech" }, { hangup: true }] });
      await eventually(async () => expect((await networkCalls(lab)).at(-1)).toMatchObject({ state: "ended" }));
      expect((await networkCalls(lab)).at(-1)).toMatchObject({ reason: "completed", heard: [GREETING] });
    });
    expect(lab.pid).toBe(gateway);
    // The journal is written a moment later, and in order: had the refused calls been recorded, they would be in it by now.
    await eventually(() => expect(recorded()).toHaveLength(friendly.length + 1));
    expect(recorded().slice(0, -1)).toEqual(friendly);
  });
});

/** Does what a caller asks as far as it can: tries a shell by every name, and says so when there is none. */
function obedientAgent({ lastUserText, toolResults }: ModelRequest): ModelReply {
  if (!/run a command/.test(lastUserText)) return JSON.stringify({ spoken: "Welcome back" });
  if (toolResults.length === 0) return { toolCalls: [{ name: "tool_call", arguments: { id: "exec", args: { command: `touch ${stolen}` } } }] };
  return JSON.stringify({ spoken: existsSync(stolen) ? "It is done" : "I may not do that" });
}

/** Ids of the calls in the journal, the oldest first. */
function recorded(): string[] {
  const journal = readFileSync(join(lab.folder.state, "voice-calls", "calls.jsonl"), "utf8").trimEnd().split("\n");
  return [...new Set(journal.map((line) => (JSON.parse(line) as { callId: string }).callId))];
}
