import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";

describe("a step that a push carrier refuses", () => {
  it("ends the call when it was to listen: a line that hears nothing would stay silent for ever", async () => {
    await using desk = await createDesk();
    desk.carrier.failing.set("perform", "throw");
    const callId = await desk.call({ message: "Hello" });
    desk.carrier.emit("answered", callId);
    await desk.clock.settle();
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "failed", endDetail: "the carrier could not listen (unavailable)" });
  });

  it("is asked for again when the carrier says that this may help, after the time that it names", async () => {
    await using desk = await createDesk();
    const callId = await desk.call({ message: "Hello" });
    desk.carrier.emit("answered", callId);
    desk.carrier.failing.set("perform", new TelephonyError("rate-limited", "slower", { retryable: true, retryAfterMs: 4000 }));
    desk.carrier.stepDone(callId);
    await desk.clock.settle();
    desk.carrier.failing.clear();
    await desk.clock.advance(3999);
    expect(desk.carrier.kinds).toEqual(["say", "listen"]);
    await desk.clock.advance(1);
    expect(desk.carrier.kinds).toEqual(["say", "listen", "listen"]);
    desk.carrier.answer(callId, "Here I am");
    expect(desk.questions).toMatchObject([{ text: "Here I am" }]);
  });

  it("leaves a notification whose message was not said as failed, not as completed", async () => {
    await using desk = await createDesk();
    desk.carrier.failing.set("perform", "throw");
    const callId = await desk.call({ mode: "notify", message: "The house is on fire" });
    desk.carrier.emit("answered", callId);
    await desk.clock.settle();
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "failed", endDetail: "the carrier could not say the message" });
  });
});
