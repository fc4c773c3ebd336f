import { describe, expect, it } from "vitest";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";

const FAREWELL = "Thank you very much for your time, and have a very pleasant evening. Goodbye.";

/** A call over a carrier that asks for documents, with its opening in the caller's ear and the line listening. */
async function fetched(desk: Desk) {
  const callId = await desk.call({ message: "Hello there, friend." });
  const url = desk.carrier.dials[0]?.urls.document ?? "";
  const { nonce } = await desk.carrier.fetch(url);
  await desk.clock.advance(5000);
  const heard = async (text: string) =>
    desk.carrier.fetch(url, [desk.carrier.event("answer", callId, { turn: { nonce, proof: "echoed" }, input: { kind: "speech", text } })]);
  return { callId, heard };
}

describe("pain 26: the goodbye is heard, over a carrier that takes commands", () => {
  it("hangs up when the carrier says that the last words were spoken, however long that takes", async () => {
    await using desk = await createDesk();
    const { carrier, telephone, clock } = desk;
    const callId = await desk.listening();
    await telephone.speak(callId, FAREWELL);
    const over = telephone.end(callId);
    await clock.advance(9000);
    expect(carrier.lastStep).toMatchObject({ kind: "say", text: FAREWELL });
    expect(carrier.hangups).toEqual([]);
    carrier.stepDone(callId);
    expect(carrier.hangups).toEqual([callId]);
    carrier.emit("ended", callId, { reason: "completed" });
    await over;
    expect(telephone.get(callId)).toMatchObject({ state: "completed", transcript: expect.arrayContaining([expect.objectContaining({ text: FAREWELL })]) as unknown });
  });

  it("says what waits for the line before it hangs up, and listens no more", async () => {
    await using desk = await createDesk();
    const callId = await desk.call({ message: "Hello, this is your agent." });
    desk.carrier.emit("answered", callId);
    await desk.telephone.speak(callId, FAREWELL);
    void desk.telephone.end(callId);
    desk.carrier.stepDone(callId);
    expect(desk.carrier.kinds).toEqual(["say", "say"]);
    expect(desk.carrier.hangups).toEqual([]);
    desk.carrier.stepDone(callId);
    expect(desk.carrier.hangups).toEqual([callId]);
  });

  it("hangs up at once where nobody speaks, and where somebody insists", async () => {
    await using desk = await createDesk();
    const silent = await desk.listening();
    void desk.telephone.end(silent);
    expect(desk.carrier.hangups).toEqual([silent]);
    const talking = await desk.listening();
    await desk.telephone.speak(talking, FAREWELL);
    void desk.telephone.end(talking);
    expect(desk.carrier.hangups).toEqual([silent]);
    void desk.telephone.end(talking);
    expect(desk.carrier.hangups).toEqual([silent, talking]);
  });

  it("hangs up without the carrier's word when that never comes, and logs it", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    await desk.telephone.speak(callId, FAREWELL);
    void desk.telephone.end(callId);
    await desk.clock.advance(19_000);
    expect(desk.carrier.hangups).toEqual([]);
    await desk.clock.advance(1000);
    expect(desk.carrier.hangups).toEqual([callId]);
    expect(desk.logs.map(({ message }) => message)).toContain("the carrier did not say that the last words were over: hanging up without");
  });

  it("takes no more orders for a call that is saying goodbye", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    await desk.telephone.speak(callId, FAREWELL);
    void desk.telephone.end(callId);
    await expect(desk.telephone.speak(callId, "One more thing.")).rejects.toMatchObject({ code: "call-gone" });
    await expect(desk.telephone.continue(callId, "Or is it?")).rejects.toMatchObject({ code: "call-gone" });
  });

  it("lets the agent end the call with its goodbye, which is spoken to its end", async () => {
    await using desk = await createDesk();
    const { carrier, telephone, clock } = desk;
    const callId = await desk.listening();
    carrier.answer(callId, "That was all, thanks.");
    desk.questions[0]?.finish('{"spoken":"You are welcome, my friend. Goodbye and take care.","endCall":true}');
    await clock.settle();
    expect(carrier.hangups).toEqual([]);
    carrier.stepDone(callId);
    expect(carrier.said.slice(-2)).toEqual(["You are welcome, my friend.", "Goodbye and take care."]);
    expect(carrier.hangups).toEqual([]);
    carrier.stepDone(callId);
    expect(carrier.hangups).toEqual([callId]);
    carrier.emit("ended", callId, { reason: "completed" });
    expect(telephone.get(callId)).toMatchObject({ state: "completed", endDetail: "ended by the agent" });
  });

  it("lets the agent end the call without a word", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.answer(callId, "Bye.");
    desk.questions[0]?.finish('{"spoken":"","endCall":true}');
    await desk.clock.settle();
    expect(desk.carrier.hangups).toEqual([callId]);
    expect(desk.carrier.said).toHaveLength(1);
  });

  it("does not cut off a question that is spoken while the line listens already", async () => {
    const carrier = new DeskCarrier({ ...PUSH, listen: { speech: true, interruptiblePrompt: true, proof: "echoed" } });
    await using desk = await createDesk({ carrier });
    const callId = await desk.listening();
    await desk.telephone.speak(callId, "Shall I call a taxi for you?");
    expect(carrier.lastStep).toMatchObject({ kind: "listen", prompt: { text: "Shall I call a taxi for you?" } });
    void desk.telephone.end(callId);
    expect(carrier.hangups).toEqual([]);
    await desk.clock.advance(1600);
    expect(carrier.hangups).toEqual([callId]);
  });
});

describe("pain 26: the goodbye is heard, over a carrier that asks for documents", () => {
  it("brings the last words and the hang-up in one document, and says why the call ended", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const { carrier, telephone } = desk;
    const { callId, heard } = await fetched(desk);
    await heard("That was all, thanks.");
    desk.questions[0]?.finish('{"spoken":"You are welcome. Goodbye.","endCall":true}');
    await desk.clock.settle();
    expect(await carrier.fetch(carrier.nudges[0] ?? "")).toMatchObject({ steps: [{ kind: "say", text: "You are welcome." }, { kind: "say", text: "Goodbye." }], then: "hangup" });
    expect(carrier.hangups).toEqual([]);
    carrier.emit("ended", callId, { reason: "completed" });
    expect(telephone.get(callId)).toMatchObject({ state: "completed", endDetail: "ended by the agent" });
  });

  it("waits for the length of what it says before it lets the document be replaced", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const { carrier, telephone, clock } = desk;
    const { callId } = await fetched(desk);
    await telephone.speak(callId, FAREWELL);
    await carrier.fetch(carrier.nudges[0] ?? "");
    void telephone.end(callId);
    await clock.advance(4000);
    expect(carrier.hangups).toEqual([]);
    await clock.advance(500);
    expect(carrier.hangups).toEqual([callId]);
    expect(carrier.nudges).toHaveLength(1);
  });

  it("hangs up itself when the carrier has said everything and does not", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const callId = await desk.call({ mode: "notify", message: "Dinner is ready." });
    const plan = await desk.carrier.fetch(desk.carrier.dials[0]?.urls.document ?? "");
    expect(plan).toMatchObject({ steps: [{ kind: "say" }, { kind: "pause", durationMs: 3000 }], then: "hangup" });
    await desk.clock.advance(20_000);
    expect(desk.carrier.hangups).toEqual([]);
    await desk.clock.advance(10_000);
    expect(desk.carrier.hangups).toEqual([callId]);
  });
});

describe("pain 26: a message is heard to its end", () => {
  it("and the line is held for a moment after it, by the carrier's word and not by a timer from its begin", async () => {
    await using desk = await createDesk();
    const callId = await desk.call({ mode: "notify", message: "Dinner is ready." });
    desk.carrier.emit("answered", callId);
    await desk.clock.advance(15_000);
    expect(desk.carrier.hangups).toEqual([]);
    desk.carrier.stepDone(callId);
    await desk.clock.advance(2999);
    expect(desk.carrier.hangups).toEqual([]);
    await desk.clock.advance(1);
    expect(desk.carrier.hangups).toEqual([callId]);
  });

  it("also where somebody ends the call meanwhile", async () => {
    await using desk = await createDesk();
    const callId = await desk.call({ mode: "notify", message: "Dinner is ready." });
    desk.carrier.emit("answered", callId);
    void desk.telephone.end(callId);
    expect(desk.carrier.hangups).toEqual([]);
    desk.carrier.stepDone(callId);
    await desk.clock.advance(3000);
    expect(desk.carrier.hangups).toEqual([callId]);
  });
});
