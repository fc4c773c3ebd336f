import { describe, expect, it } from "vitest";
import { FakeHost } from "../host/fake-host.test-support.ts";
import plugin from "../index.ts";

const config = { enabled: true, provider: "mock", agentId: "anna", maxConcurrentCalls: 4, serve: { port: 0 }, mock: { ringMs: 60_000 } };
const agents = { agents: { entries: { anna: {}, bob: {} } } };

/** Calls were answered by the wrong agent, and callers lost their memory when the host renamed a session's key. */
describe("pain 30: a call belongs to the agent that placed it, in a session that keeps its name", () => {
  it("two agents that call at once keep their own agent and session, across a restart too", async () => {
    using host = new FakeHost(config, agents);
    const full = host.load(plugin, "full");
    const discovery = host.load(plugin, "discovery");
    await full.start();
    const place = (agentId: string) =>
      discovery.tool({ action: "initiate_call", to: "+15550100", message: "Hello" }, { agentId, sessionKey: `agent:${agentId}:main` });
    const calls = await Promise.all([place("anna"), place("bob")]);
    const owners = async () =>
      Promise.all(
        calls.map(async ({ callId }) => {
          const { call } = (await discovery.tool({ action: "get_status", callId })) as { call: { agentId: string; sessionKey: string } };
          return [call.agentId, call.sessionKey];
        }),
      );
    const expected = [
      ["anna", "agent:anna:voice:15550100"],
      ["bob", "agent:bob:voice:15550100"],
    ];
    expect(await owners()).toEqual(expected);
    await full.stop();
    await full.start();
    expect(await owners()).toEqual(expected);
    await full.stop();
    for (const instance of [full, discovery]) await instance.dispose();
  });

  it("what the model writes into the tool's arguments makes it nobody else", async () => {
    using host = new FakeHost(config, agents);
    const full = host.load(plugin, "full");
    await full.start();
    const forged = { action: "initiate_call", to: "+15550100", message: "Hi", agentId: "bob", sessionKey: "agent:bob:main", requesterSessionKey: "agent:bob:main" };
    const { callId } = await full.tool(forged, { agentId: "anna", sessionKey: "agent:anna:main" });
    expect(await full.tool({ action: "get_status", callId })).toMatchObject({ call: { agentId: "anna", sessionKey: "agent:anna:voice:15550100" } });
    await full.stop();
    await full.dispose();
  });

  it("with several agents and nobody named, nothing is guessed and nothing rings", async () => {
    const { agentId: _none, ...unowned } = config;
    using host = new FakeHost(unowned, agents);
    const full = host.load(plugin, "full");
    await full.start();
    const refused = await full.tool({ action: "initiate_call", to: "+15550100", message: "Hi" });
    expect(refused).toMatchObject({
      success: false,
      error: { code: "setup-incomplete", problems: [{ key: "plugins.entries.voice-call.config.agentId" }] },
    });
    await full.stop();
    await full.dispose();
  });
});
