import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";

describe("a conversation over a carrier that takes commands", () => {
  it("greets, listens, asks the agent and speaks its answer sentence by sentence while it is written", async () => {
    await using desk = await createDesk();
    const { carrier, telephone, clock } = desk;
    const callId = await desk.call({ message: "Hello, this is your agent." });
    expect(carrier.performed).toEqual([]);
    carrier.emit("ringing", callId);
    expect(telephone.get(callId)?.state).toBe("ringing");
    carrier.emit("answered", callId);
    expect(carrier.said).toEqual(["Hello, this is your agent."]);
    expect(telephone.get(callId)).toMatchObject({ state: "active", activity: "speaking" });
    carrier.stepDone(callId);
    expect(carrier.lastStep).toMatchObject({ kind: "listen", input: "both", endSilenceMs: 800 });
    await clock.advance(1500);
    carrier.answer(callId, "What time is it?");
    expect(telephone.get(callId)?.activity).toBe("thinking");
    const [question] = desk.questions;
    expect(question?.text).toBe("What time is it?");
    await clock.advance(400);
    question?.write('{"spoken":"It is five o\'clock now. ');
    expect(carrier.said.at(-1)).toBe("It is five o'clock now.");
    question?.write('{"spoken":"It is five o\'clock now. Anything else?"}');
    question?.finish('{"spoken":"It is five o\'clock now. Anything else?"}');
    await clock.settle();
    carrier.stepDone(callId);
    expect(carrier.said.at(-1)).toBe("Anything else?");
    carrier.stepDone(callId);
    expect(carrier.lastStep.kind).toBe("listen");
    carrier.emit("ended", callId, { reason: "completed", by: "callee" });
    expect(telephone.get(callId)).toMatchObject({
      state: "completed",
      turnLatencyMs: 400,
      listenWaitMs: 1500,
      transcript: [
        { speaker: "agent", text: "Hello, this is your agent." },
        { speaker: "caller", text: "What time is it?", listenWaitMs: 1500 },
        { speaker: "agent", text: "It is five o'clock now. Anything else?", turnLatencyMs: 400 },
      ],
    });
    expect(telephone.active()).toEqual([]);
  });

  it("takes an inbound call off the hook before it greets", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "open", inboundGreeting: "Good day." } });
    const { carrier } = desk;
    carrier.emit("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: ["in-1"] });
    const [call] = desk.telephone.active();
    expect(carrier.kinds).toEqual(["answer"]);
    carrier.emit("answered", call?.callId ?? "", { carrierIds: ["in-1"] });
    expect(carrier.said).toEqual(["Good day."]);
    expect(call).toMatchObject({ direction: "inbound", from: "+15550100007", sessionKey: "agent:main:voice:15550100007" });
  });

  it.each([
    ["disabled", "+15550100007"],
    ["allowlist", "+15550100008"],
    ["allowlist", ""],
    ["allowlist", "anonymous"],
    ["pairing", "+15550100008"],
  ] as const)("under policy %s refuses %s at the carrier, without a line or a record", async (inboundPolicy, from) => {
    await using desk = await createDesk({ settings: { inboundPolicy, allowFrom: ["+15550100007"] } });
    desk.carrier.emit("incoming", "", { from, to: "+15550100000", carrierIds: ["in-1"] });
    await desk.clock.settle();
    expect(desk.carrier.performed.map(({ step }) => step)).toMatchObject([{ kind: "reject", reason: "rejected" }]);
    expect(desk.telephone.active()).toEqual([]);
    expect(desk.store.recent(10)).toEqual([]);
  });

  it("apologises when the agent fails, and goes on listening", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.answer(callId, "Hello?");
    desk.questions[0]?.fail(new Error("model down"));
    await desk.clock.settle();
    expect(desk.carrier.said.at(-1)).toMatch(/^Sorry/);
    desk.carrier.stepDone(callId);
    expect(desk.carrier.lastStep.kind).toBe("listen");
  });

  it("apologises when the agent takes too long, and never speaks what comes after", async () => {
    await using desk = await createDesk({ settings: { responseTimeoutMs: 5000 } });
    const callId = await desk.listening();
    desk.carrier.answer(callId, "Hello?");
    await desk.clock.advance(5000);
    expect(desk.questions[0]?.signal.aborted).toBe(true);
    desk.questions[0]?.write("Here I am after all. Too late. ");
    expect(desk.carrier.said).toHaveLength(2);
    expect(desk.carrier.said.at(-1)).toMatch(/^Sorry/);
  });

  it("speaks no reasoning and no error of the agent", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.answer(callId, "Hello?");
    desk.questions[0]?.finish({ text: "thinking hard", kind: "reasoning" }, { text: "HTTP 500", kind: "error" }, "Good day to you.");
    await desk.clock.settle();
    expect(desk.carrier.said.at(-1)).toBe("Good day to you.");
  });

  it("notifies, waits a moment, and hangs up", async () => {
    await using desk = await createDesk();
    const { carrier, clock } = desk;
    const callId = await desk.call({ mode: "notify", message: "Dinner is ready." });
    carrier.emit("answered", callId);
    carrier.stepDone(callId);
    expect(carrier.hangups).toEqual([]);
    await clock.advance(3000);
    expect(carrier.hangups).toEqual([callId]);
    carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)?.state).toBe("completed");
  });

  it("presses keys during a call without ending its listening", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    await desk.telephone.sendDigits(callId, "12#");
    expect(desk.carrier.lastStep).toMatchObject({ kind: "sendDigits", digits: "12#" });
    desk.carrier.answer(callId, "Thanks");
    expect(desk.questions).toHaveLength(1);
  });
});

describe("a conversation over a carrier that asks for documents", () => {
  it("answers every fetch at once, holds while the agent thinks, and nudges when there is something to say", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const { carrier, clock } = desk;
    const callId = await desk.call({ message: "Hello there, friend." });
    const first = carrier.dials[0]?.urls.document ?? "";
    const opening = await carrier.fetch(first);
    expect(opening.steps.map((step) => step.kind)).toEqual(["say", "listen"]);
    const answer = carrier.event("answer", callId, {
      turn: { nonce: opening.nonce, proof: "echoed" },
      input: { kind: "speech", text: "What time is it?" },
    });
    const holding = await carrier.fetch(first, [answer]);
    expect(holding).toMatchObject({ steps: [], then: "hold", revision: 2 });
    desk.questions[0]?.write("It is five o'clock now. And");
    expect(carrier.nudges).toHaveLength(1);
    desk.questions[0]?.finish("It is five o'clock now. And the sun shines.");
    await clock.settle();
    expect(carrier.nudges).toHaveLength(1);
    const reply = await carrier.fetch(carrier.nudges[0] ?? "");
    expect(reply.steps).toMatchObject([
      { kind: "say", text: "It is five o'clock now." },
      { kind: "say", text: "And the sun shines." },
      { kind: "listen" },
    ]);
    expect(desk.telephone.get(callId)?.transcript.at(-1)?.text).toBe("It is five o'clock now. And the sun shines.");
  });

  it("brings sentences that come later with the next fetch, and does not cut the ones before", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const { carrier } = desk;
    const callId = await desk.call();
    const url = carrier.dials[0]?.urls;
    const opening = await carrier.fetch(url?.document ?? "");
    const turn = { nonce: opening.nonce, proof: "echoed" } as const;
    await carrier.fetch(url?.document ?? "", [carrier.event("answer", callId, { turn, input: { kind: "speech", text: "Hi" } })]);
    desk.questions[0]?.write("This is the first sentence. ");
    const speaking = await carrier.fetch(carrier.nudges[0] ?? "");
    expect(speaking).toMatchObject({ steps: [{ kind: "say" }], then: "hold" });
    desk.questions[0]?.write("This is the first sentence. This is the second one. ");
    expect(carrier.nudges).toHaveLength(1);
    const next = await carrier.fetch((carrier.nudges[0] ?? "").replace("/document", "/continuation"));
    expect(next.steps).toMatchObject([{ kind: "say", text: "This is the second one." }]);
  });

  it("brings keys to press with the next document, even where commands would do elsewhere", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier({ ...PULL, dtmfOut: { native: "command" } }) });
    const { carrier } = desk;
    const callId = await desk.call();
    await carrier.fetch(carrier.dials[0]?.urls.document ?? "");
    await desk.telephone.sendDigits(callId, "12#");
    const { steps } = await carrier.fetch(carrier.nudges[0] ?? "");
    expect(steps).toMatchObject([{ kind: "sendDigits", digits: "12#" }, { kind: "listen" }]);
    expect(carrier.performed).toEqual([]);
  });

  it("gives the plan in force to a fetch of an older one", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const callId = await desk.call({ message: "Hello there, friend." });
    const url = desk.carrier.dials[0]?.urls.document ?? "";
    const opening = await desk.carrier.fetch(url);
    const turn = { nonce: opening.nonce, proof: "echoed" } as const;
    const hold = await desk.carrier.fetch(url, [desk.carrier.event("answer", callId, { turn, input: { kind: "speech", text: "Hi" } })]);
    expect(await desk.carrier.fetch(url)).toEqual(hold);
  });

  it("answers a replayed fetch byte for byte as before, and takes none of its events twice", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const callId = await desk.call({ message: "Hello there, friend." });
    const url = desk.carrier.dials[0]?.urls.document ?? "";
    const opening = await desk.carrier.fetch(url);
    const turn = { nonce: opening.nonce, proof: "echoed" } as const;
    const events = [desk.carrier.event("answer", callId, { turn, input: { kind: "speech", text: "Hi" } })];
    const once = await desk.carrier.post(url, { events, document: true });
    desk.questions[0]?.finish("Good day to you.");
    await desk.clock.settle();
    expect(await desk.carrier.post(url, { events, document: true })).toEqual(once);
    expect(desk.questions).toHaveLength(1);
  });

  it("refuses a forged request without looking at it", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const callId = await desk.call();
    const events = [desk.carrier.event("ended", callId, { reason: "completed" })];
    const reply = await desk.carrier.post(desk.carrier.dials[0]?.urls.status ?? "", { events }, "forged");
    expect(reply.status).toBe(403);
    expect(desk.telephone.get(callId)?.state).toBe("initiated");
  });

  it("rejects a refused caller in the reply to the request that brought him", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const incoming = desk.carrier.event("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: ["in-1"] });
    const plan = await desk.carrier.fetch(desk.carrier.context.webhooks.entryUrl, [incoming]);
    expect(plan.steps).toMatchObject([{ kind: "reject" }]);
  });
});

describe("what does not fit is refused before anything rings", () => {
  it.each([
    ["a carrier that cannot listen", { capabilities: { ...PUSH, steps: { say: { native: "yes" } } } }, {}, "unsupported"],
    ["keys that the carrier cannot press at the begin", { capabilities: { ...PUSH, dialDigits: false } }, { dialDigits: "1w2" }, "unsupported"],
    ["keys with a notification", {}, { dialDigits: "1", mode: "notify", message: "Hi" }, "invalid-request"],
    ["a malformed number", {}, { to: "12345" }, "invalid-request"],
    ["a notification without a message", {}, { mode: "notify" }, "invalid-request"],
  ] as const)("%s", async (_what, carrier, request, code) => {
    const capabilities = "capabilities" in carrier ? carrier.capabilities : PUSH;
    await using desk = await createDesk({ carrier: new DeskCarrier(capabilities) });
    await expect(desk.call(request)).rejects.toMatchObject({ code });
    expect(desk.carrier.dials).toEqual([]);
    expect(desk.store.recent(1)).toEqual([]);
  });

  it("a call without a number to come from", async () => {
    await using desk = await createDesk();
    const { fromNumber: _none, ...settings } = desk.settings;
    desk.settings = settings;
    await expect(desk.call()).rejects.toMatchObject({ code: "config-invalid", message: expect.stringContaining('"fromNumber"') as string });
  });

  it("a call beyond the lines that there are", async () => {
    await using desk = await createDesk({ settings: { maxConcurrentCalls: 1 } });
    const first = await desk.call();
    await expect(desk.call()).rejects.toMatchObject({ code: "capacity", retryable: true });
    desk.carrier.emit("ended", first, { reason: "busy" });
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });
});
