import type { CallRecord, TelephoneSettings } from "@openclaw/call-engine";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { afterEach, describe, expect, it } from "vitest";
import type { AgentRun, AgentRunResult } from "../host/api.ts";
import { FakeHost } from "../host/fake-host.test-support.ts";
import { AgentResponder } from "./responder.ts";
import { SessionMemory } from "./session-memory.ts";

const settings = { sessionScope: "per-phone", responseTimeoutMs: 30_000, inboundPolicy: "allowlist" } as TelephoneSettings;
const outbound = { callId: "c1", mode: "conversation", direction: "outbound", from: "+15550001", to: "+15550100" } as CallRecord;
const inbound = { ...outbound, direction: "inbound", from: "+15550200", to: "+15550001" } as CallRecord;

const hosts: FakeHost[] = [];
afterEach(() => hosts.splice(0).forEach((host) => host[Symbol.dispose]()));

function desk(rest: Record<string, unknown> = {}) {
  const host = new FakeHost({}, rest);
  hosts.push(host);
  const clock = createVirtualClock();
  const appended: Record<string, unknown>[] = [];
  const log = { debug() {}, info() {}, warn: (line: string) => void host.logged.push(line), error() {} };
  const transcript = { appendSessionTranscriptMessageByIdentity: (request: Record<string, unknown>) => Promise.resolve(appended.push(request)) };
  const memory = new SessionMemory({ runtime: host.runtime, clock, log }, () => Promise.resolve(transcript));
  let detached = 0;
  const responder = new AgentResponder({
    runtime: host.runtime,
    clock,
    log,
    memory,
    detached: (work) => {
      detached++;
      return work();
    },
  });
  const heard: string[] = [];
  const hangUp = new AbortController();
  const ask = (call = outbound, changes: Partial<TelephoneSettings> = {}) =>
    responder.respond({ call, settings: { ...settings, ...changes }, text: "Hello?", signal: hangUp.signal, onText: (text) => heard.push(text) });
  return { host, clock, responder, ask, heard, hangUp, appended, detachedWork: () => detached };
}

/** An agent that never answers and stops only when it is aborted. */
const endless = ({ abortSignal }: AgentRun) =>
  new Promise<AgentRunResult>((_, reject) => abortSignal.addEventListener("abort", () => reject(new DOMException("cut", "AbortError"))));

describe("an agent's answer", () => {
  it("is asked for in the session of the number, with the spoken contract, by work of its own", async () => {
    const { host, ask, detachedWork } = desk();
    expect(await ask()).toEqual([{ text: '{"spoken":"Yes."}', kind: "speech" }]);
    expect(detachedWork()).toBe(1);
    expect(host.runs[0]).toMatchObject({
      agentId: "main",
      sessionKey: "agent:main:voice:15550100",
      prompt: "Hello?",
      senderIsOwner: false,
      senderE164: "+15550100",
      messageProvider: "voice",
      extraSystemPrompt: expect.stringContaining('{"spoken":"..."}') as string,
    });
  });

  it("goes on in the session that the host already has", async () => {
    const { host, ask } = desk();
    host.sessions.set("agent:main:voice:15550100", { sessionId: "s-7" });
    await ask();
    expect(host.runs[0]?.sessionId).toBe("s-7");
  });

  it("is asked for once more when the host has replaced the session in between", async () => {
    const { host, ask } = desk();
    host.sessions.set("agent:main:voice:15550100", { sessionId: "old" });
    host.agent = ({ sessionId }) => {
      if (sessionId !== "old") return Promise.resolve({ payloads: [{ text: "ok" }] });
      host.sessions.set("agent:main:voice:15550100", { sessionId: "new" });
      return Promise.reject(new Error("Session changed before writer admission: agent:main:voice:15550100"));
    };
    expect(await ask()).toEqual([{ text: "ok", kind: "speech" }]);
    expect(host.runs.map((run) => run.sessionId)).toEqual(["old", "new"]);
  });

  it("is asked for again while another part of the host holds its state, and not for ever", async () => {
    const { host, ask, clock } = desk();
    let refusals = 2;
    host.agent = () => (refusals-- > 0 ? Promise.reject(new Error("another OpenClaw process owns state-lifecycle")) : Promise.resolve({ payloads: [{ text: "ok" }] }));
    const answered = ask();
    await clock.advance(50);
    expect(await answered).toEqual([{ text: "ok", kind: "speech" }]);
    refusals = 99;
    const refused = expect(ask()).rejects.toMatchObject({ code: "agent-failed" });
    await clock.advance(5000);
    await refused;
    expect(host.runs).toHaveLength(3 + 6);
  });

  it("confines callers to looking things up, and strangers further", async () => {
    const { host, ask } = desk();
    const lookingUp = ["read", "web_search", "web_fetch", "memory_search", "memory_get"];
    for (const admission of ["listed", "approved", "open", "asked"] as const) await ask({ ...inbound, admission });
    await ask(outbound);
    expect(host.runs.map((run) => run.toolsAllow)).toEqual([lookingUp, lookingUp, ["web_search"], ["web_search"], undefined]);
  });

  it("uses the configured model, prompt and language", async () => {
    const { host, ask } = desk();
    await ask(outbound, { responseModel: "lab/group/model-1", responseSystemPrompt: "You sell cards.", language: "de-CH" });
    expect(host.runs[0]).toMatchObject({ provider: "lab", model: "group/model-1" });
    expect(host.runs[0]?.extraSystemPrompt).toMatch(/^You sell cards\.\n\nSpeak de-CH[\s\S]*"spoken"/);
  });

  it("tells the agent how to end the call with its goodbye, whoever wrote the other instructions", async () => {
    const { host, ask } = desk();
    await ask();
    await ask(outbound, { responseSystemPrompt: "You sell cards." });
    for (const run of host.runs) expect(run.extraSystemPrompt).toContain('{"spoken":"...","endCall":true}');
    expect(host.runs).toHaveLength(2);
  });

  it("tells speech from what must not be spoken", async () => {
    const { host, ask } = desk();
    host.agent = () =>
      Promise.resolve({
        payloads: [
          { text: "hm", isReasoning: true },
          { text: "let me look", isCommentary: true },
          { text: "Request timed out", isError: true },
          { text: "Yes." },
          { text: "" },
        ],
      });
    expect((await ask()).map(({ kind }) => kind)).toEqual(["reasoning", "reasoning", "error", "speech"]);
  });

  it("falls back on the text that the host calls visible", async () => {
    const { host, ask } = desk();
    host.agent = () => Promise.resolve({ payloads: [], meta: { finalAssistantVisibleText: "Yes." } });
    expect(await ask()).toEqual([{ text: "Yes.", kind: "speech" }]);
  });

  it("streams a text that only grows, across tool use", async () => {
    const { host, ask, heard } = desk();
    host.agent = ({ onPartialReply }) => {
      for (const text of ["Let", "Let me see.", "Let me see.", "It", "It is ten."]) onPartialReply?.({ text });
      return Promise.resolve({ payloads: [] });
    };
    await ask();
    expect(heard).toEqual(["Let", "Let me see.", "Let me see.\nIt", "Let me see.\nIt is ten."]);
  });

  it("that takes too long is aborted at the host and reported as late", async () => {
    const { host, clock, ask } = desk();
    host.agent = endless;
    const answer = expect(ask(outbound, { responseTimeoutMs: 5000 })).rejects.toMatchObject({ code: "timeout", retryable: true });
    await clock.advance(5000);
    await answer;
    expect(host.runs[0]?.abortSignal.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("is cut short with the call, even by a host that does not listen", async () => {
    const { host, clock, ask, hangUp, heard } = desk();
    let speak: AgentRun["onPartialReply"];
    host.agent = ({ onPartialReply }) => {
      speak = onPartialReply;
      return new Promise(() => undefined);
    };
    const answer = expect(ask()).rejects.toMatchObject({ name: "AbortError" });
    await clock.settle();
    hangUp.abort();
    await answer;
    speak?.({ text: "too late" });
    expect(heard).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("that fails says so, and keeps the host's words and numbers out of the error", async () => {
    const { host, ask } = desk();
    host.agent = () => Promise.reject(new Error("no credit for +15550100"));
    await expect(ask()).rejects.toMatchObject({ code: "agent-failed", message: expect.not.stringContaining("credit") as string });
    expect(host.logged.join()).not.toContain("15550100");
  });
});

describe("the first answer", () => {
  it("is made fast by a turn that is dropped before any model is asked", async () => {
    const { host, responder } = desk();
    host.agent = (run) => {
      run.onExecutionPhase?.({ phase: "auth" });
      expect(run.abortSignal.aborted).toBe(false);
      run.onExecutionPhase?.({ phase: "context_assembled" });
      return endless(run);
    };
    await responder.prewarm(outbound, settings);
    expect(host.runs[0]).toMatchObject({ sessionPersistence: "detached", disableTrajectory: true, sessionKey: "agent:main:voice:prewarm" });
    expect(host.runs[0]?.abortSignal.aborted).toBe(true);
  });

  it("can be prepared before there is any call, and is prepared once", async () => {
    const { host, responder } = desk();
    host.agent = (run) => {
      run.onExecutionPhase?.({ phase: "context_assembled" });
      return endless(run);
    };
    await responder.warmUp(settings);
    await responder.prewarm(outbound, settings);
    expect(host.runs).toHaveLength(1);
  });

  it("needs no preparation when there will be none", async () => {
    const { host, responder } = desk();
    await responder.prewarm({ ...outbound, mode: "notify" }, settings);
    expect(host.runs).toEqual([]);
  });

  it("is made fast once for each agent, unless that failed", async () => {
    const { host, responder } = desk();
    host.agent = () => Promise.reject(new Error("not now"));
    await expect(responder.prewarm(outbound, settings)).rejects.toThrow("not now");
    host.agent = () => Promise.resolve({});
    await responder.prewarm(outbound, settings);
    await responder.prewarm(inbound, settings);
    expect(host.runs).toHaveLength(2);
  });
});

describe("what was said without the agent", () => {
  it("is kept in its session, which is made if need be", async () => {
    const { host, responder, appended } = desk();
    await responder.remember(outbound, settings, "Hello, this is a call.");
    const { sessionId } = host.sessions.get("agent:main:voice:15550100") ?? {};
    expect(appended[0]).toMatchObject({ sessionId, message: { role: "assistant", content: [{ type: "text", text: "Hello, this is a call." }] } });
  });

  it("is lost, with one warning, on a host that cannot keep it", async () => {
    const { host, clock } = desk();
    const log = { debug() {}, info() {}, warn: (line: string) => void host.logged.push(line), error() {} };
    const memory = new SessionMemory({ runtime: host.runtime, clock, log }, () => Promise.reject(new Error("no such module")));
    const identity = { agentId: "main", sessionKey: "agent:main:voice:1" };
    await memory.append(identity, "one");
    await memory.append(identity, "two");
    expect(host.logged).toHaveLength(1);
  });
});
