import type { CallView, TelephoneCommands } from "@openclaw/call-engine";
import { TelephonyError } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it, vi } from "vitest";
import { Continuations } from "./continuations.ts";
import type { Method } from "./methods.ts";
import { perform, type Requester } from "./perform.ts";

const call = { callId: "c1", state: "active" } as CallView;

const decided = (number: string) => ({ number, decision: "approved" as const, decidedAt: 1 });

function desk(changes: Partial<TelephoneCommands> = {}) {
  const telephone = {
    initiate: vi.fn(() => Promise.resolve(call)),
    continue: vi.fn(() => Promise.resolve({ text: "Fine.", turnLatencyMs: 400 })),
    speak: vi.fn(() => Promise.resolve()),
    sendDigits: vi.fn(() => Promise.resolve()),
    transfer: vi.fn(() => Promise.resolve()),
    end: vi.fn(() => Promise.resolve()),
    get: vi.fn((callId: string) => (callId === "c1" ? call : undefined)),
    active: vi.fn(() => [call]),
    pairing: { list: () => ({ requests: [], callers: [] }), approve: vi.fn(decided), refuse: vi.fn(decided), revoke: vi.fn() },
    ...changes,
  };
  const clock = createVirtualClock();
  const continuations = new Continuations(clock);
  const ask = (method: Method, input: unknown, requester?: Requester) =>
    perform(method, input, { telephone, continuations, transcriptTimeoutMs: () => 180_000 }, requester);
  return { telephone, clock, continuations, ask };
}

describe("a call is placed", () => {
  it("with everything that was said about it, and a number as people write it", async () => {
    const { telephone, ask } = desk();
    const input = { to: "+1 (555) 0100", message: " Hello ", mode: "conversation", dtmfSequence: "ww1#", sessionKey: "meet" };
    expect(await ask("initiate", input)).toEqual({ callId: "c1", initiated: true });
    expect(telephone.initiate).toHaveBeenCalledWith({ to: "+15550100", message: "Hello", mode: "conversation", dialDigits: "ww1#", sessionKey: "meet" });
  });

  it("for whom the host says it is, not for whom the request claims", async () => {
    const { telephone, ask } = desk();
    const claimed = { to: "+15550100", agentId: "other", requesterSessionKey: "agent:other:main" };
    await ask("start", claimed, { agentId: "main", sessionKey: "agent:main:main" });
    expect(telephone.initiate).toHaveBeenCalledWith({ to: "+15550100", agentId: "main", requesterSessionKey: "agent:main:main" });
  });

  it("also when a client sends keys that mean something elsewhere", async () => {
    const { ask } = desk();
    expect(await ask("speak", { callId: "c1", message: "Hi", allowFallback: false })).toEqual({ success: true });
  });

  it.each([
    ["initiate", {}, "message"],
    ["initiate", undefined, "message"],
    ["start", { message: "Hi" }, "to"],
    ["start", { to: "5550100" }, "to"],
    ["start", { to: "+15550100", mode: "shout" }, "mode"],
    ["start", { to: "+15550100", mode: "notify", dtmfSequence: "1" }, "dtmfSequence"],
    ["start", { to: "+15550100", dtmfSequence: "1x" }, "dtmfSequence"],
    ["speak", { callId: "c1", message: "  " }, "message"],
    ["speak", { callId: 7, message: "Hi" }, "callId"],
    ["dtmf", { callId: "c1" }, "digits"],
    ["transfer", { callId: "c1" }, "to"],
    ["transfer", { callId: "c1", to: "the boss" }, "to"],
    ["end", {}, "callId"],
    ["pairing.approve", {}, "caller"],
    ["pairing.refuse", { caller: " " }, "caller"],
    ["pairing.revoke", { caller: 5 }, "caller"],
    ["continue.result", {}, "operationId"],
  ] as const)("never by %s with %j: the error names %s", async (method, input, field) => {
    const { telephone, ask } = desk();
    await expect(ask(method, input)).rejects.toMatchObject({ code: "invalid-request", field });
    expect(telephone.initiate).not.toHaveBeenCalled();
  });
});

describe("a call is steered", () => {
  it("by words, keys and hanging up", async () => {
    const { telephone, ask } = desk();
    expect(await ask("dtmf", { callId: "c1", digits: "1w#" })).toEqual({ success: true });
    expect(await ask("end", { callId: "c1" })).toEqual({ success: true });
    expect(telephone.sendDigits).toHaveBeenCalledWith("c1", "1w#");
    expect(telephone.end).toHaveBeenCalledWith("c1");
  });

  it("by handing it to somebody else", async () => {
    const { telephone, ask } = desk();
    expect(await ask("transfer", { callId: "c1", to: "+1 (555) 0100" })).toEqual({ success: true });
    expect(telephone.transfer).toHaveBeenCalledWith("c1", "+15550100");
  });

  it("by a question whose answer is waited for", async () => {
    const { ask } = desk();
    expect(await ask("continue", { callId: "c1", message: "And?" })).toEqual({ success: true, transcript: "Fine.", turnLatencyMs: 400 });
  });

  it("and tells how it stands", async () => {
    const { ask } = desk();
    expect(await ask("status", {})).toEqual({ found: true, calls: [call] });
    expect(await ask("status", { callId: "c1" })).toEqual({ found: true, call });
    expect(await ask("status", { callId: "c2" })).toEqual({ found: false });
  });
});

describe("the owner decides who gets through", () => {
  it("by a code or a number, and sees whom there is to decide on", async () => {
    const { telephone, ask } = desk();
    expect(await ask("pairing.list", {})).toEqual({ requests: [], callers: [] });
    expect(await ask("pairing.approve", { caller: " ABCD2345 " })).toEqual({ success: true, caller: decided("ABCD2345") });
    expect(await ask("pairing.refuse", { caller: "+15550100" })).toMatchObject({ success: true });
    expect(await ask("pairing.revoke", { caller: "+15550100" })).toEqual({ success: true });
    expect(telephone.pairing.approve).toHaveBeenCalledWith("ABCD2345");
    expect(telephone.pairing.refuse).toHaveBeenCalledWith("+15550100");
    expect(telephone.pairing.revoke).toHaveBeenCalledWith("+15550100");
  });
});

describe("a question that is answered later", () => {
  it("is pending, then completed with what was heard", async () => {
    let answer = (_text: string): void => undefined;
    const { clock, ask } = desk({ continue: () => new Promise((resolve) => (answer = (text) => resolve({ text }))) });
    const started = (await ask("continue.start", { callId: "c1", message: "And?" })) as { operationId: string };
    expect(started).toMatchObject({ status: "pending", pollTimeoutMs: 240_000 });
    expect(await ask("continue.result", started)).toEqual({ status: "pending" });
    answer("Well.");
    await clock.settle();
    expect(await ask("continue.result", started)).toEqual({ status: "completed", result: { success: true, transcript: "Well." } });
  });

  it("fails with the telephone's own words", async () => {
    const { clock, ask } = desk({ continue: () => Promise.reject(new TelephonyError("call-gone", "the call is over")) });
    const started = await ask("continue.start", { callId: "c1", message: "And?" });
    await clock.settle();
    expect(await ask("continue.result", started)).toMatchObject({ status: "failed", error: "the call is over", fault: { code: "call-gone" } });
  });

  it("is forgotten after five minutes", async () => {
    const { clock, continuations, ask } = desk();
    const started = await ask("continue.start", { callId: "c1", message: "And?" });
    await clock.advance(5 * 60_000);
    await expect(ask("continue.result", started)).rejects.toMatchObject({ code: "operation-unknown" });
    expect(continuations.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("makes room for a new one when it is settled, and none when a hundred wait", async () => {
    const { continuations, clock } = desk();
    const first = continuations.start(() => Promise.resolve("done"));
    await clock.settle();
    for (let i = 0; i < 100; i++) continuations.start(() => new Promise(() => undefined));
    expect(() => continuations.result(first)).toThrow(expect.objectContaining({ code: "operation-unknown" }));
    expect(() => continuations.start(() => Promise.resolve())).toThrow(expect.objectContaining({ code: "rate-limited", retryable: true }));
  });

  it("is given up when the telephone stops", async () => {
    const { continuations, clock } = desk();
    const signals: AbortSignal[] = [];
    continuations.start((signal) => new Promise(() => signals.push(signal)));
    continuations.start(() => Promise.resolve());
    await clock.settle();
    continuations.close();
    expect(signals[0]?.aborted).toBe(true);
    expect(continuations.size).toBe(0);
    expect(clock.pending).toBe(0);
    expect(() => continuations.start(() => Promise.resolve())).toThrow(expect.objectContaining({ code: "unavailable" }));
  });
});
