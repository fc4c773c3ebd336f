import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";

const BOSS = "+15550100099";
const settings = { transfer: { allowTo: [BOSS] } };
const NOT_TAKEN = "Sorry, nobody took your call there. I am still here.";

describe("a transfer over a carrier that takes commands", () => {
  it("is told to the caller first, rings the other party, and is over for us when that answers", async () => {
    await using desk = await createDesk({ settings: { ...settings, maxConcurrentCalls: 1 } });
    const { carrier, telephone, clock } = desk;
    const idle = clock.pending;
    const callId = await desk.listening();
    await telephone.speak(callId, "I am putting you through.");
    const transferred = telephone.transfer(callId, BOSS);
    await clock.settle();
    expect(carrier.lastStep.kind).toBe("say");
    carrier.stepDone(callId);
    expect(carrier.lastStep).toMatchObject({ kind: "transfer", to: BOSS, callerId: "+15550100000", ringTimeoutMs: 30_000, onFailure: [{ kind: "say", text: NOT_TAKEN }] });
    expect(telephone.get(callId)).toMatchObject({ state: "transferring", activity: "idle" });
    carrier.emit("transfer", callId, { stepId: carrier.lastStep.id, state: "transferred" });
    await transferred;
    expect(telephone.get(callId)).toMatchObject({ state: "transferred", transferredTo: BOSS });
    expect(telephone.active()).toEqual([]);
    await clock.settle();
    expect(clock.pending).toBe(idle);
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });

  it("is only completed in the record by the hang-up that comes later, also after a restart", async () => {
    await using before = await createDesk({ settings });
    const callId = await before.listening();
    void before.telephone.transfer(callId, BOSS);
    await before.clock.settle();
    before.carrier.emit("transfer", callId, { stepId: before.carrier.lastStep.id, state: "transferred" });
    const handedOver = before.telephone.get(callId);
    await using after = await before.crash();
    await after.clock.advance(600_000);
    expect(after.carrier.hangups).toEqual([]);
    after.carrier.emit("ended", callId, { reason: "completed" });
    expect(after.telephone.get(callId)).toEqual({ ...handedOver, endedAt: after.clock.now() });
  });

  it("that nobody takes brings the caller back with an apology, tells who asked, and the talk goes on", async () => {
    await using desk = await createDesk({ settings });
    const { carrier, telephone } = desk;
    const callId = await desk.listening();
    const transferred = telephone.transfer(callId, BOSS);
    const failed = expect(transferred).rejects.toMatchObject({ code: "transfer-failed", message: expect.stringContaining("(busy)") as string });
    await desk.clock.settle();
    const { id } = carrier.lastStep;
    carrier.emit("transfer", callId, { stepId: id, state: "back", detail: "busy" });
    carrier.emit("stepEnded", callId, { stepId: id, outcome: "failed" });
    await failed;
    expect(telephone.get(callId)?.state).toBe("active");
    expect(carrier.lastStep).toMatchObject({ kind: "say", text: NOT_TAKEN });
    carrier.stepDone(callId);
    expect(carrier.lastStep.kind).toBe("listen");
    carrier.answer(callId, "Then tell him to call me.");
    expect(desk.questions.at(-1)?.text).toBe("Then tell him to call me.");
    expect(telephone.get(callId)?.transcript.map(({ text }) => text)).toContain(NOT_TAKEN);
  });

  it("that the carrier does not take comes back as well", async () => {
    await using desk = await createDesk({ settings });
    const callId = await desk.listening();
    desk.carrier.failing.set("perform", new TelephonyError("unavailable", "503", { retryable: true }));
    const failed = expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "transfer-failed" });
    await desk.clock.settle();
    desk.carrier.failing.clear();
    await failed;
    expect(desk.telephone.get(callId)?.state).toBe("active");
    expect(desk.carrier.said.at(-1)).toBe(NOT_TAKEN);
  });

  it("that the agent asks for in its answer leaves the agent at work, and lets it speak when the call is back", async () => {
    await using desk = await createDesk({ settings });
    const { carrier } = desk;
    const callId = await desk.listening();
    carrier.answer(callId, "The boss, please.");
    const failed = expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "transfer-failed" });
    await desk.clock.settle();
    expect(desk.questions[0]?.signal.aborted).toBe(false);
    carrier.emit("transfer", callId, { stepId: carrier.lastStep.id, state: "back", detail: "no-answer" });
    await failed;
    desk.questions[0]?.finish("He is not at his desk, I am afraid.");
    await desk.clock.settle();
    carrier.stepDone(callId);
    expect(carrier.said.slice(-2)).toEqual([NOT_TAKEN, "He is not at his desk, I am afraid."]);
  });

  it("of which the carrier says nothing disturbs nobody, and is told as such", async () => {
    await using desk = await createDesk({ settings });
    const callId = await desk.listening();
    const unknown = expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "timeout" });
    await desk.clock.advance(45_000);
    await unknown;
    expect(desk.carrier.statusAsked).toBe(1);
    expect(desk.carrier.lastStep.kind).toBe("transfer");
    expect(desk.telephone.get(callId)?.state).toBe("transferring");
  });

  it("ends with the call when somebody ends that", async () => {
    await using desk = await createDesk({ settings });
    const callId = await desk.listening();
    const failed = expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "call-gone" });
    await desk.clock.settle();
    void desk.telephone.end(callId);
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    await failed;
  });

  it("withdraws a question that waits for its answer, and takes no order meanwhile", async () => {
    await using desk = await createDesk({ settings });
    const callId = await desk.listening();
    const withdrawn = expect(desk.telephone.continue(callId, "When were you born?")).rejects.toMatchObject({ code: "aborted" });
    desk.carrier.stepDone(callId);
    void desk.telephone.transfer(callId, BOSS).catch(() => {});
    await withdrawn;
    const busy = { code: "invalid-request", retryable: true };
    await expect(desk.telephone.speak(callId, "Are you there?")).rejects.toMatchObject(busy);
    await expect(desk.telephone.sendDigits(callId, "1")).rejects.toMatchObject(busy);
    await expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject(busy);
  });

  it("is left to itself by a restart: the parties may be talking", async () => {
    await using before = await createDesk({ settings });
    const callId = await before.listening();
    void before.telephone.transfer(callId, BOSS).catch(() => {});
    await before.clock.settle();
    await using after = await before.crash();
    expect(after.carrier.performed).toEqual([]);
    expect(after.telephone.get(callId)?.state).toBe("transferring");
    after.carrier.emit("transfer", callId, { stepId: "2-0", state: "back" });
    expect(after.carrier.lastStep.kind).toBe("listen");
  });
});

describe("a transfer over a carrier that asks for documents", () => {
  it("is the last step of its document; the caller who comes back hears the apology in the next", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL), settings });
    const { carrier, telephone } = desk;
    const callId = await desk.call({ message: "Hello there, friend." });
    await carrier.fetch(carrier.dials[0]?.urls.document ?? "");
    await desk.clock.advance(5000);
    const failed = expect(telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "transfer-failed" });
    await desk.clock.settle();
    const plan = await carrier.fetch(carrier.nudges[0] ?? "");
    expect(plan.steps).toMatchObject([{ kind: "transfer", to: BOSS }]);
    expect(telephone.get(callId)?.state).toBe("transferring");
    const back = carrier.event("transfer", callId, { stepId: plan.steps[0]?.id ?? "", state: "back", detail: "no-answer" });
    const next = await carrier.fetch((carrier.nudges[0] ?? "").replace("/document", "/transfer"), [back]);
    await failed;
    expect(next).toMatchObject({ steps: [{ kind: "say", text: NOT_TAKEN }, { kind: "listen" }], then: "hold" });
    expect(telephone.get(callId)?.state).toBe("active");
  });

  it("is over as well when the carrier simply asks how to go on", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL), settings });
    const { carrier, telephone } = desk;
    const callId = await desk.call({ message: "Hello there, friend." });
    await carrier.fetch(carrier.dials[0]?.urls.document ?? "");
    await desk.clock.advance(5000);
    const failed = expect(telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "transfer-failed" });
    await desk.clock.settle();
    await carrier.fetch(carrier.nudges[0] ?? "");
    const next = await carrier.fetch((carrier.nudges[0] ?? "").replace("/document", "/continuation"));
    await failed;
    expect(next.steps).toMatchObject([{ kind: "say", text: NOT_TAKEN }, { kind: "listen" }]);
  });
});

describe("a transfer is refused", () => {
  it("to a number that the owner did not list, and the carrier hears nothing of it", async () => {
    await using desk = await createDesk({ settings });
    const callId = await desk.listening();
    await expect(desk.telephone.transfer(callId, "+15550100098")).rejects.toMatchObject({ code: "destination-refused" });
    await expect(desk.telephone.transfer(callId, "the boss")).rejects.toMatchObject({ code: "invalid-request" });
    expect(desk.carrier.kinds).toEqual(["say", "listen"]);
  });

  it("by a carrier that cannot, before the call is answered, and after it is over", async () => {
    const { transfer: _no, ...steps } = PUSH.steps;
    await using desk = await createDesk({ carrier: new DeskCarrier({ ...PUSH, steps }), settings });
    const callId = await desk.call();
    await expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "invalid-request" });
    desk.carrier.emit("answered", callId);
    await expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "unsupported", message: expect.stringContaining('"desk"') as string });
    desk.carrier.emit("ended", callId, { reason: "completed" });
    await expect(desk.telephone.transfer(callId, BOSS)).rejects.toMatchObject({ code: "call-gone" });
    await expect(desk.telephone.transfer("nope", BOSS)).rejects.toMatchObject({ code: "call-unknown" });
  });
});
