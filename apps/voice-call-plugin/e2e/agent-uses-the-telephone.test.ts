import { callTool, startModelServer, type HostLab, type ModelReply, type ModelRequest, type ModelServer } from "@openclaw/host-lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { callOf, ended, eventually, until } from "./support/calls.ts";
import { startTelephone, telephone } from "./support/telephone-lab.ts";

/** Two agents, the number that each calls, and the model by which it is known here. */
const AGENTS = {
  ada: { to: "+15550101", model: "lab-1" },
  grace: { to: "+15550102", model: "lab-2" },
} as const;

let model: ModelServer;
let lab: HostLab;

beforeAll(async () => {
  model = await startModelServer({ script: agentWithATelephone });
  lab = await startTelephone({
    model: { server: model },
    host: { agents: { ownership: "explicit", entries: { ada: { model: "lab/lab-1" }, grace: { model: "lab/lab-2" } } } },
    config: {
      agentId: "ada",
      maxConcurrentCalls: 2,
      outbound: { notifyHangupDelaySec: 0 },
      mock: { speakingMsPerWord: 20, thinkingMs: 50, script: [{ waitFor: "speech" }, { say: "Who is speaking?" }, { waitFor: "speech" }, { hangup: true }] },
    },
  });
});

afterAll(async () => {
  await lab?.dispose();
  await model?.close();
});

describe("an agent that is asked in a chat", () => {
  it("places a call with its tool and tells how the call stands", async () => {
    const [callId = ""] = ids(await lab.agent("Please call +15550103", { sessionKey: "agent:ada:lab" }));
    expect(await ended(lab, callId)).toMatchObject({ to: "+15550103", state: "completed", agentId: "ada" });
    const report = await lab.agent(`How went ${callId}`, { sessionKey: "agent:ada:lab" });
    expect(report).toBe("It is completed; they said: Who is speaking?");
    expect(model.refusals).toEqual([]);
  });

  it("is told in words it can act on when a call cannot be placed", async () => {
    const answer = await lab.agent("Please call nobody", { sessionKey: "agent:ada:lab" });
    expect(answer).toMatch(/invalid-request.*to: is no phone number/);
  });
});

describe("pain 30: wrong agent, lost caller memory", () => {
  it("two agents that call at once each speak on their own call, in their own session", async () => {
    const callIds = await Promise.all(
      Object.entries(AGENTS).map(async ([agent, { to }]) => ids(await lab.agent(`Please call ${to}`, { sessionKey: `agent:${agent}:lab` }))[0] ?? ""),
    );
    const calls = await Promise.all(callIds.map((callId) => ended(lab, callId)));
    expect(calls).toMatchObject([
      { to: AGENTS.ada.to, agentId: "ada", sessionKey: "agent:ada:voice:15550101", state: "completed" },
      { to: AGENTS.grace.to, agentId: "grace", sessionKey: "agent:grace:voice:15550102", state: "completed" },
    ]);
    // What was said on the line came from the agent's own model.
    expect(calls.map(({ transcript }) => transcript.at(-1)?.text)).toEqual(["This is ada", "This is grace"]);
  });

  it("the host keeps the calls' sessions under the very keys that the calls carry", async () => {
    const { sessions } = (await lab.rpc("sessions.list", {})) as { sessions: readonly { key: string }[] };
    expect(sessions.map(({ key }) => key)).toEqual(expect.arrayContaining(["agent:ada:voice:15550101", "agent:grace:voice:15550102"]));
  });

  it("nobody is chosen by default among several agents: the error names the key, and calls work again once it is set", async () => {
    await lab.writeConfig(telephone({ agentId: null }));
    const refusal = lab.rpc("voicecall.start", { to: "+15550104", message: "Hello" });
    await expect(refusal).rejects.toMatchObject({ code: "setup-incomplete", message: expect.stringContaining("plugins.entries.voice-call.config.agentId") as string });
    await lab.writeConfig(telephone({ agentId: "linus" }));
    await expect(lab.rpc("voicecall.start", { to: "+15550104", message: "Hello" })).rejects.toMatchObject({
      code: "setup-incomplete",
      message: expect.stringMatching(/agent linus does not exist.*ada, grace/) as string,
    });
    await lab.writeConfig(telephone({ agentId: "grace" }));
    const { callId } = (await lab.rpc("voicecall.start", { to: "+15550104", message: "Hello", mode: "notify" })) as { callId: string };
    expect(await ended(lab, callId)).toMatchObject({ agentId: "grace", sessionKey: "agent:grace:voice:15550104" });
  });

  it("a request that claims another agent's session gets one of the answering agent", async () => {
    const wish = { to: "+15550105", message: "Hello", mode: "notify", agentId: "ada", sessionKey: "agent:grace:lab" };
    const { callId } = (await lab.rpc("voicecall.start", wish)) as { callId: string };
    expect(await callOf(lab, callId)).toMatchObject({ agentId: "ada", sessionKey: "agent:ada:voice:grace:lab" });
    await until(lab, callId, ({ endedAt }) => endedAt !== undefined);
    expect(await eventually(() => model.refusals)).toEqual([]);
  });
});

/** The agents' model: places calls and looks at them in the chat, says its agent's name on the line. */
function agentWithATelephone(request: ModelRequest): ModelReply {
  const { lastUserText, toolResults } = request;
  const called = /^Please call (\S+)/.exec(lastUserText)?.[1];
  const asked = /^How went (\S+)/.exec(lastUserText)?.[1];
  if (called === undefined && asked === undefined) return JSON.stringify({ spoken: `This is ${agentOf(request)}` });
  const [first] = toolResults;
  if (called !== undefined && first === undefined)
    return callTool(request, "voice_call", { action: "initiate_call", to: called, message: "Hello", mode: "conversation" });
  if (asked !== undefined && first === undefined) return callTool(request, "voice_call", { action: "get_status", callId: asked });
  if (called !== undefined) return first?.text ?? "";
  const said = /\\?"speaker\\?":\\?"caller\\?",\\?"text\\?":\\?"([^"\\]*)/.exec(first?.text ?? "")?.[1];
  return `It is ${/\\?"state\\?":\\?"([a-z-]+)/.exec(first?.text ?? "")?.[1]}; they said: ${said}`;
}

function agentOf({ model: asked }: ModelRequest): string {
  return Object.entries(AGENTS).find(([, agent]) => agent.model === asked)?.[0] ?? "nobody";
}

function ids(text: string): string[] {
  return [...text.matchAll(/callId\W+([A-Za-z0-9-]{8,})/g)].map(([, id = ""]) => id);
}
