import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTelephone, openCallStore, randomIds, type TelephoneSettings } from "@openclaw/call-engine";
import { createRegistry, registerProvider } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { mockDefinition } from "@openclaw/voice-call-mock";
import { describe, expect, it } from "vitest";
import { parseConfig, toTelephoneSettings } from "../config/index.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** What the shortest configuration amounts to, on a port that nobody else has. */
function settings(mock: Record<string, unknown>, more: Record<string, unknown>): TelephoneSettings {
  const parsed = parseConfig({ enabled: true, provider: "mock", mock, ...more });
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => problem.message).join());
  const { serve, ...rest } = toTelephoneSettings(parsed.config);
  return { ...rest, serve: { ...serve, port: 0 } };
}

/** A telephone on the mock, with an agent that answers after some time, on a clock that the test moves. */
async function phone(section: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const clock = createVirtualClock();
  const directory = mkdtempSync(join(tmpdir(), "voice-mock-"));
  const store = openCallStore({ directory, clock, log: quiet });
  const registry = createRegistry();
  registerProvider(mockDefinition, { mode: "full", package: "@openclaw/voice-call-mock", version: "1.0.0" }, registry);
  const asked: string[] = [];
  const configured = settings(section, more);
  const telephone = createTelephone({
    settings: () => configured,
    ports: {
      clock,
      log: quiet,
      store,
      registry,
      ids: randomIds,
      providerModes: ["full"],
      prepareSection: (_definition, given) => Promise.resolve(given),
      responder: {
        identify: () => ({ agentId: "main", sessionKey: "agent:main:voice:1" }),
        respond: async ({ text, onText }) => {
          asked.push(text);
          await new Promise<void>((resolve) => clock.schedule(600, resolve));
          onText(`That was question number ${asked.length}. And`);
          await new Promise<void>((resolve) => clock.schedule(400, resolve));
          return [{ kind: "speech", text: `That was question number ${asked.length}. And this is all I know.` }];
        },
      },
    },
  });
  await telephone.start();
  return {
    telephone,
    clock,
    asked,
    async [Symbol.asyncDispose]() {
      await telephone.stop();
      store.close();
      rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

describe.each(["pull", "push", "emit"])("the telephone over the mock in flow %s", (flow) => {
  it("talks with a person who asks three questions and hangs up", async () => {
    await using desk = await phone({ flow });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", mode: "conversation", message: "Hello, this is your agent." });
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== undefined, 240_000);
    const call = telephone.get(callId);
    expect(call?.state).toBe("completed");
    expect(desk.asked).toHaveLength(3);
    expect(call?.transcript.map((turn) => turn.speaker)).toEqual(["agent", "caller", "agent", "caller", "agent", "caller", "agent"]);
    expect(call?.transcript.at(-1)).toMatchObject({ text: "That was question number 3. And this is all I know.", turnLatencyMs: 600 });
    expect(telephone.active()).toEqual([]);
  });

  it("leaves a message and hangs up after it was heard", async () => {
    await using desk = await phone({ flow });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", message: "Dinner is ready." });
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== undefined, 60_000);
    expect(telephone.get(callId)).toMatchObject({ state: "completed", transcript: [{ speaker: "agent", text: "Dinner is ready." }] });
  });

  it.each([
    ["busy", "busy"],
    ["no-answer", "no-answer"],
    ["reject", "rejected"],
  ])("reports %s as %s, without a turn", async (outcome, state) => {
    await using desk = await phone({ flow, outcome });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", message: "Dinner is ready." });
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== undefined, 60_000);
    expect(telephone.get(callId)).toMatchObject({ state, transcript: [] });
  });

  it("asks something for somebody who waits for the answer", async () => {
    await using desk = await phone({ flow, script: [{ waitFor: "speech" }, { say: "In May." }, { waitFor: "speech" }, { hangup: true }] });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", mode: "conversation" });
    await clock.runUntil(() => telephone.get(callId)?.answeredAt !== undefined, 10_000);
    const answer = telephone.continue(callId, "When were you born?");
    let text = "";
    void answer.then((result) => (text = result.text));
    await clock.runUntil(() => text !== "", 60_000);
    expect(text).toBe("In May.");
    await telephone.speak(callId, "Thank you very much.");
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== undefined, 60_000);
    expect(telephone.get(callId)?.state).toBe("completed");
    expect(desk.asked).toEqual([]);
  });

  it("presses keys in the middle of the talk, which goes on", async () => {
    await using desk = await phone({ flow });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", mode: "conversation", message: "Hello there, friend." });
    await clock.runUntil(() => desk.asked.length === 1, 30_000);
    let pressed = false;
    void telephone.sendDigits(callId, "12#").then(() => (pressed = true));
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== undefined, 240_000);
    expect(pressed).toBe(true);
    expect(desk.asked).toHaveLength(3);
    expect(telephone.get(callId)?.state).toBe("completed");
  });

  it("leaves a message on a machine that it was asked to look out for, after its greeting", async () => {
    await using desk = await phone({ flow, outcome: "voicemail" }, { outbound: { machineDetection: "leave-message" } });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", message: "Dinner is ready." });
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== undefined, 60_000);
    const call = telephone.get(callId);
    expect(call).toMatchObject({ state: "voicemail", machine: "machine", endDetail: "a message was left" });
    expect(call?.transcript.map(({ text }) => text)).toEqual(["Dinner is ready.", "Dinner is ready."]);
    expect(call?.transcript[1]?.at).toBeGreaterThan((call?.answeredAt ?? 0) + 1000);
  });

  it("tells a person from a machine, and hangs up after the message", async () => {
    await using desk = await phone({ flow, script: [] }, { outbound: { machineDetection: "hangup" } });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", message: "Dinner is ready." });
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== undefined, 60_000);
    expect(telephone.get(callId)).toMatchObject({ state: "completed", machine: "human" });
    expect(telephone.get(callId)?.transcript).toHaveLength(1);
  });

  it("hands a call on, and takes it back from a line that is busy", async () => {
    await using desk = await phone({ flow, script: [{ waitFor: "speech" }, { waitFor: "speech" }, { waitFor: "speech" }] }, { transfer: { allowTo: ["+155501*"] } });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", mode: "conversation", message: "Hello there, friend." });
    await clock.runUntil(() => telephone.get(callId)?.activity === "listening", 10_000);
    let refusal: unknown;
    void telephone.transfer(callId, "+15550100486").catch((error: unknown) => (refusal = error));
    await clock.runUntil(() => refusal !== undefined, 60_000);
    expect(refusal).toMatchObject({ code: "transfer-failed" });
    expect(telephone.get(callId)).toMatchObject({ state: "active" });
    await clock.runUntil(() => telephone.get(callId)?.transcript.at(-1)?.text.startsWith("Sorry") === true, 10_000);
    let over = false;
    void telephone.transfer(callId, "+15550100002").then(() => (over = true));
    await clock.runUntil(() => over, 60_000);
    expect(telephone.get(callId)).toMatchObject({ state: "transferred", transferredTo: "+15550100002" });
    const { endedAt } = telephone.get(callId) ?? {};
    await clock.runUntil(() => telephone.get(callId)?.endedAt !== endedAt, 10_000);
    expect(telephone.get(callId)?.state).toBe("transferred");
  });

  it("hangs up when it is told to", async () => {
    await using desk = await phone({ flow });
    const { telephone, clock } = desk;
    const { callId } = await telephone.initiate({ to: "+15550100001", mode: "conversation", message: "Hello there, friend." });
    await clock.runUntil(() => telephone.get(callId)?.answeredAt !== undefined, 10_000);
    let over = false;
    void telephone.end(callId).then(() => (over = true));
    await clock.runUntil(() => over, 10_000);
    expect(telephone.get(callId)).toMatchObject({ state: "completed" });
  });
});
