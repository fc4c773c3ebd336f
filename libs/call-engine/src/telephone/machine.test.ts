import { describe, expect, it } from "vitest";
import type { MachineDetection } from "../settings.ts";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";

const MESSAGE = "Your parcel arrives tomorrow.";

/** A desk whose calls look out for machines. */
function watching(machineDetection: MachineDetection, more: { carrier?: DeskCarrier; voicemailMessage?: string } = {}) {
  const { voicemailMessage, carrier } = more;
  return createDesk({ settings: { machineDetection, ...(voicemailMessage !== undefined && { voicemailMessage }) }, ...(carrier && { carrier }) });
}

async function notifying(desk: Desk): Promise<string> {
  const callId = await desk.call({ mode: "notify", message: MESSAGE });
  desk.carrier.emit("answered", callId);
  return callId;
}

describe("what a carrier is asked", () => {
  it("is to detect machines where the policy wants it, on calls that we place", async () => {
    await using desk = await watching("hangup");
    await desk.call();
    expect(desk.carrier.dials[0]).toMatchObject({ machineDetection: true });
  });

  it("is nothing where the policy is off, or where keys at the begin of the call are meant for a machine", async () => {
    await using desk = await watching("off");
    await desk.call();
    desk.settings = { ...desk.settings, machineDetection: "hangup" };
    await desk.call({ dialDigits: "1w2" });
    for (const dial of desk.carrier.dials) expect(dial).not.toHaveProperty("machineDetection");
  });

  it("is refused before it rings where the carrier cannot: the error names both", async () => {
    const { machineDetection: _no, ...deaf } = PUSH;
    await using desk = await watching("leave-message", { carrier: new DeskCarrier(deaf) });
    await expect(desk.call()).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringMatching(/"desk".*"outbound.machineDetection" is "leave-message"/) as string,
    });
    expect(desk.carrier.dials).toEqual([]);
    await expect(desk.call({ dialDigits: "1" })).resolves.toBeTypeOf("string");
  });
});

describe("a notification", () => {
  it("is spoken at once, and holds the line after it until somebody says who answered", async () => {
    await using desk = await watching("hangup");
    const callId = await notifying(desk);
    expect(desk.carrier.said).toEqual([MESSAGE]);
    desk.carrier.stepDone(callId);
    await desk.clock.advance(10_000);
    expect(desk.carrier.hangups).toEqual([]);
    desk.carrier.emit("machine", callId, { verdict: "human" });
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "completed", machine: "human" });
  });

  it.each(["human", "unsure"] as const)("to somebody who is %s goes its usual way", async (verdict) => {
    await using desk = await watching("leave-message");
    const callId = await notifying(desk);
    desk.carrier.emit("machine", callId, { verdict });
    desk.carrier.stepDone(callId);
    await desk.clock.advance(2999);
    expect(desk.carrier.hangups).toEqual([]);
    await desk.clock.advance(1);
    expect(desk.carrier.hangups).toEqual([callId]);
    expect(desk.carrier.said).toEqual([MESSAGE]);
  });

  it("waits thirty seconds for a verdict and then takes the other side for a person", async () => {
    await using desk = await watching("hangup");
    const callId = await notifying(desk);
    desk.carrier.stepDone(callId);
    await desk.clock.advance(29_999);
    expect(desk.carrier.hangups).toEqual([]);
    await desk.clock.advance(1);
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.emit("machine", callId, { verdict: "machine" });
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "completed", machine: "machine" });
  });

  it("ends as voicemail where machines are hung up on", async () => {
    await using desk = await watching("hangup");
    const callId = await notifying(desk);
    desk.carrier.emit("machine", callId, { verdict: "machine" });
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "voicemail", machine: "machine" });
  });

  it("goes on where machines do not matter, and keeps the verdict", async () => {
    await using desk = await watching("continue");
    const callId = await notifying(desk);
    desk.carrier.emit("machine", callId, { verdict: "machine" });
    desk.carrier.stepDone(callId);
    await desk.clock.advance(3000);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "completed", machine: "machine" });
  });

  it("falls silent while a machine greets, is said once when it records, and is heard out", async () => {
    await using desk = await watching("leave-message");
    const { carrier, clock } = desk;
    const callId = await notifying(desk);
    carrier.emit("machine", callId, { verdict: "machine" });
    expect(carrier.kinds).toEqual(["say", "stopSpeech"]);
    carrier.emit("stepEnded", callId, { stepId: "1-0", outcome: "cancelled" });
    await clock.advance(12_000);
    expect(carrier.said).toEqual([MESSAGE]);
    carrier.emit("machine", callId, { verdict: "machine", greetingEnded: true });
    carrier.emit("machine", callId, { verdict: "machine", greetingEnded: true });
    expect(carrier.said).toEqual([MESSAGE, MESSAGE]);
    expect(carrier.hangups).toEqual([]);
    carrier.stepDone(callId);
    expect(carrier.hangups).toEqual([callId]);
    carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "voicemail", endDetail: "a message was left" });
  });

  it("is left after fifteen seconds on a machine whose greeting has no end", async () => {
    await using desk = await watching("leave-message");
    const callId = await notifying(desk);
    desk.carrier.emit("machine", callId, { verdict: "machine" });
    await desk.clock.advance(14_999);
    expect(desk.carrier.said).toHaveLength(1);
    await desk.clock.advance(1);
    expect(desk.carrier.said).toEqual([MESSAGE, MESSAGE]);
  });

  it("waits for a sentence that cannot be stopped", async () => {
    const { stopSpeech: _no, ...steps } = PUSH.steps;
    await using desk = await watching("leave-message", { carrier: new DeskCarrier({ ...PUSH, steps }) });
    const callId = await notifying(desk);
    desk.carrier.emit("machine", callId, { verdict: "machine", greetingEnded: true });
    expect(desk.carrier.kinds).toEqual(["say"]);
    desk.carrier.stepDone(callId);
    await desk.clock.advance(3000);
    expect(desk.carrier.said).toEqual([MESSAGE, MESSAGE]);
    desk.carrier.stepDone(callId);
    expect(desk.carrier.hangups).toEqual([callId]);
  });

  it("is not read to a fax", async () => {
    await using desk = await watching("leave-message");
    const callId = await notifying(desk);
    desk.carrier.emit("machine", callId, { verdict: "fax" });
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "voicemail", machine: "fax", endDetail: "no message was left" });
  });

  it("that could not be left has failed", async () => {
    await using desk = await watching("leave-message");
    const callId = await notifying(desk);
    desk.carrier.emit("machine", callId, { verdict: "machine", greetingEnded: true });
    desk.carrier.emit("stepEnded", callId, { stepId: desk.carrier.lastStep.id, outcome: "failed" });
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "failed", endDetail: "the carrier could not say the message" });
  });

  it("that is told of a machine before it is told of the answer believes both", async () => {
    await using desk = await watching("leave-message");
    const callId = await desk.call({ mode: "notify", message: MESSAGE });
    desk.carrier.emit("machine", callId, { verdict: "machine", greetingEnded: true });
    expect(desk.carrier.said.at(-1)).toBe(MESSAGE);
    desk.carrier.emit("answered", callId);
    desk.carrier.stepDone(callId);
    expect(desk.carrier.hangups).toEqual([callId]);
  });

  it("over a carrier that asks for documents holds without an end, and is replaced by a nudge", async () => {
    await using desk = await watching("leave-message", { carrier: new DeskCarrier(PULL) });
    const { carrier, clock } = desk;
    const callId = await desk.call({ mode: "notify", message: MESSAGE });
    expect(carrier.dials[0]?.plan.then).toBe("hold");
    const urls = carrier.dials[0]?.urls;
    expect(await carrier.fetch(urls?.document ?? "")).toMatchObject({ steps: [{ kind: "say" }, { kind: "pause" }], then: "hold" });
    await carrier.post(urls?.machine ?? "", { events: [carrier.event("machine", callId, { verdict: "machine" })] });
    expect(await carrier.fetch(carrier.nudges[0] ?? "")).toMatchObject({ steps: [], then: "hold" });
    await clock.advance(4000);
    await carrier.post(urls?.machine ?? "", { events: [carrier.event("machine", callId, { verdict: "machine", greetingEnded: true })] });
    expect(await carrier.fetch(carrier.nudges[1] ?? "")).toMatchObject({ steps: [{ kind: "say", text: MESSAGE }], then: "hangup" });
    carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)?.state).toBe("voicemail");
  });

  it("over a carrier that asks for documents hangs up once a person is known", async () => {
    await using desk = await watching("leave-message", { carrier: new DeskCarrier(PULL) });
    const callId = await desk.call({ mode: "notify", message: MESSAGE });
    const urls = desk.carrier.dials[0]?.urls;
    await desk.carrier.fetch(urls?.document ?? "");
    desk.carrier.emit("machine", callId, { verdict: "human" });
    expect(await desk.carrier.fetch(urls?.continuation ?? "")).toMatchObject({ steps: [], then: "hangup" });
  });
});

describe("a conversation", () => {
  it("begins at once, whoever answers", async () => {
    await using desk = await watching("hangup");
    const callId = await desk.listening();
    desk.carrier.answer(callId, "Hello?");
    expect(desk.questions).toHaveLength(1);
    desk.carrier.emit("machine", callId, { verdict: "human" });
    desk.questions[0]?.finish("Good day to you.");
    await desk.clock.settle();
    expect(desk.carrier.said.at(-1)).toBe("Good day to you.");
  });

  it("drops what the agent makes of a machine's greeting, and leaves the configured message", async () => {
    await using desk = await watching("leave-message", { voicemailMessage: "Please call us back." });
    const { carrier, clock } = desk;
    const callId = await desk.listening();
    carrier.answer(callId, "You have reached the voicemail of");
    desk.questions[0]?.write("Oh, hello there, my friend. ");
    carrier.emit("machine", callId, { verdict: "machine" });
    expect(desk.questions[0]?.signal.aborted).toBe(true);
    carrier.answer(callId, "please leave a message");
    expect(desk.questions).toHaveLength(1);
    carrier.emit("machine", callId, { verdict: "machine", greetingEnded: true });
    expect(carrier.said.at(-1)).toBe("Please call us back.");
    await clock.advance(1000);
    carrier.stepDone(callId);
    expect(carrier.hangups).toEqual([callId]);
  });

  it("leaves its opening where no message is configured, and nothing where it has none", async () => {
    await using desk = await watching("leave-message");
    const spoken = await desk.listening();
    desk.carrier.emit("machine", spoken, { verdict: "machine", greetingEnded: true });
    expect(desk.carrier.said).toEqual(["Hello, this is your agent.", "Hello, this is your agent."]);
    const silent = await desk.call();
    desk.carrier.emit("answered", silent);
    desk.carrier.emit("machine", silent, { verdict: "machine", greetingEnded: true });
    expect(desk.carrier.hangups).toEqual([silent]);
  });

  it("takes no verdict on a call that reached us", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "open", machineDetection: "hangup" } });
    desk.carrier.emit("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: ["in-1"] });
    const callId = desk.telephone.active()[0]?.callId ?? "";
    desk.carrier.emit("answered", callId);
    desk.carrier.emit("machine", callId, { verdict: "machine" });
    expect(desk.carrier.hangups).toEqual([]);
  });
});
