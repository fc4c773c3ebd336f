import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";

describe("pain 10: a late answer never meets a newer question", () => {
  it("leaves the second question open when the answer to the first comes after its time", async () => {
    await using desk = await createDesk({ settings: { transcriptTimeoutMs: 20_000 } });
    const { carrier, clock } = desk;
    const callId = await desk.listening();
    const first = desk.telephone.continue(callId, "What is your account number?");
    const failed = expect(first).rejects.toMatchObject({ code: "timeout", retryable: true });
    carrier.stepDone(callId);
    const staleNonce = carrier.performed.at(-1)?.context.nonce ?? "";
    await clock.advance(20_000);
    await failed;
    const second = desk.telephone.continue(callId, "When were you born?");
    carrier.stepDone(callId);
    carrier.answer(callId, "It is four two four two.", staleNonce);
    let settled = false;
    void second.finally(() => (settled = true));
    await clock.settle();
    expect(settled).toBe(false);
    carrier.answer(callId, "In May.");
    await expect(second).resolves.toMatchObject({ text: "In May." });
    expect(desk.telephone.get(callId)?.transcript.filter((turn) => turn.speaker === "caller").map((turn) => turn.text)).toEqual(["In May."]);
  });

  it("takes each answer once, even when it is told twice under different keys", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    const nonce = desk.carrier.performed.at(-1)?.context.nonce;
    desk.carrier.answer(callId, "Yes.", nonce);
    desk.carrier.answer(callId, "Yes.", nonce);
    expect(desk.questions).toHaveLength(1);
  });

  it("takes no answer without a turn that is open: not before listening, not with a foreign nonce", async () => {
    await using desk = await createDesk();
    const callId = await desk.call({ message: "Hello, this is your agent." });
    desk.carrier.emit("answered", callId);
    desk.carrier.answer(callId, "Too early.");
    desk.carrier.stepDone(callId);
    desk.carrier.answer(callId, "From elsewhere.", "foreign");
    expect(desk.questions).toEqual([]);
    expect(desk.logs.filter(({ message }) => message === "stale answer ignored")).toHaveLength(2);
  });

  it("of a carrier that returns the leg's last state, takes nothing that happened before the listening began", async () => {
    const carrier = new DeskCarrier({ ...PUSH, listen: { speech: true, proof: "leg-state" } });
    await using desk = await createDesk({ carrier });
    const callId = await desk.call({ message: "Hello, this is your agent." });
    const early = desk.clock.now();
    carrier.emit("answered", callId);
    await desk.clock.advance(2000);
    carrier.stepDone(callId);
    const nonce = carrier.performed.at(-1)?.context.nonce ?? "";
    const turn = { nonce, proof: "leg-state" } as const;
    carrier.emit("answer", callId, { turn, input: { kind: "speech", text: "Early" }, occurredAt: early });
    expect(desk.questions).toEqual([]);
    carrier.emit("answer", callId, { turn, input: { kind: "speech", text: "In time" } });
    expect(desk.questions).toHaveLength(1);
  });

  it("of such a carrier whose clock is behind ours, takes what was said while we listened", async () => {
    const carrier = new DeskCarrier({ ...PUSH, listen: { speech: true, proof: "leg-state" } });
    await using desk = await createDesk({ carrier });
    const callId = await desk.call({ message: "Hello, this is your agent." });
    const behind = () => desk.clock.now() - 1500;
    carrier.emit("answered", callId, { occurredAt: behind() });
    await desk.clock.advance(2000);
    carrier.emit("stepEnded", callId, { stepId: carrier.lastStep.id, outcome: "completed", occurredAt: behind() });
    const turn = { nonce: carrier.performed.at(-1)?.context.nonce ?? "", proof: "leg-state" } as const;
    carrier.emit("answer", callId, { turn, input: { kind: "speech", text: "Before" }, occurredAt: behind() - 1 });
    expect(desk.questions).toEqual([]);
    await desk.clock.advance(500);
    carrier.emit("answer", callId, { turn, input: { kind: "speech", text: "Quick" }, occurredAt: behind() });
    expect(desk.questions).toHaveLength(1);
  });

  it("on a carrier that asks for documents, answers a stale one with the question in force", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const { carrier } = desk;
    const callId = await desk.call({ message: "Hello there, friend." });
    const url = carrier.dials[0]?.urls.document ?? "";
    const opening = await carrier.fetch(url);
    const asked = desk.telephone.continue(callId, "When were you born?");
    await desk.clock.advance(5000);
    const question = await carrier.fetch(carrier.nudges[0] ?? "");
    const stale = { turn: { nonce: opening.nonce, proof: "echoed" }, input: { kind: "speech", text: "Four two" } } as const;
    expect(await carrier.fetch(url, [carrier.event("answer", callId, stale)])).toEqual(question);
    const fresh = { turn: { nonce: question.nonce, proof: "echoed" }, input: { kind: "speech", text: "In May." } } as const;
    await carrier.fetch(carrier.nudges[0] ?? "", [carrier.event("answer", callId, fresh)]);
    await expect(asked).resolves.toMatchObject({ text: "In May." });
  });
});
