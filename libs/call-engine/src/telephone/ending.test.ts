import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier } from "../test-support/desk-carrier.test-support.ts";

describe("how calls end", () => {
  it("gives up ringing after its time", async () => {
    await using desk = await createDesk({ settings: { ringTimeoutMs: 20_000 } });
    const callId = await desk.call();
    desk.carrier.emit("ringing", callId);
    await desk.clock.advance(20_000);
    expect(desk.carrier.hangups).toEqual([callId]);
    await desk.clock.advance(3000);
    expect(desk.telephone.get(callId)?.state).toBe("no-answer");
  });

  it("ends anything after its maximum duration, counted from the answer", async () => {
    await using desk = await createDesk({ settings: { maxDurationMs: 60_000 } });
    const callId = await desk.call();
    await desk.clock.advance(10_000);
    desk.carrier.emit("answered", callId);
    await desk.clock.advance(59_999);
    expect(desk.carrier.hangups).toEqual([]);
    await desk.clock.advance(1);
    expect(desk.carrier.hangups).toEqual([callId]);
    await desk.clock.advance(3000);
    expect(desk.telephone.get(callId)).toMatchObject({ state: "max-duration", endReason: "max-duration" });
  });

  it("asks the carrier about a call that has gone quiet, and believes it", async () => {
    await using desk = await createDesk({ settings: { maxDurationMs: 3_600_000 } });
    const callId = await desk.listening();
    await desk.clock.advance(60_000);
    expect(desk.carrier.statusAsked).toBe(0);
    desk.carrier.status = { state: "ended", reason: "completed" };
    await desk.clock.advance(120_000);
    expect(desk.telephone.get(callId)?.state).toBe("completed");
  });

  it("hangs up once, however often it is told to", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    const ends = [desk.telephone.end(callId), desk.telephone.end(callId)];
    desk.carrier.emit("ended", callId, { reason: "completed" });
    await Promise.all(ends);
    await desk.telephone.end(callId);
    expect(desk.carrier.hangups).toEqual([callId]);
  });

  it("hangs up a call that the carrier took after it was ended", async () => {
    const carrier = new DeskCarrier();
    await using desk = await createDesk({ carrier });
    carrier.holdDials();
    const placing = desk.call();
    await desk.clock.settle();
    const callId = desk.telephone.active()[0]?.callId ?? "";
    void desk.telephone.end(callId);
    await desk.clock.advance(5000);
    expect(desk.telephone.get(callId)?.state).toBe("canceled");
    carrier.releaseDials();
    await placing;
    await desk.clock.settle();
    expect(carrier.hangups).toEqual([callId, callId]);
    expect(desk.telephone.get(callId)?.carrierCallId).toBe(`desk-${callId}`);
  });

  it("refuses what is asked of a call that is over, or that never was", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.emit("ended", callId, { reason: "completed" });
    await expect(desk.telephone.speak(callId, "Hello?")).rejects.toMatchObject({ code: "call-gone" });
    await expect(desk.telephone.continue("nope", "Hello?")).rejects.toMatchObject({ code: "call-unknown" });
    await expect(desk.telephone.end("nope")).rejects.toMatchObject({ code: "call-unknown" });
  });

  it("tells whoever waits for an answer that the call has ended", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    const asked = desk.telephone.continue(callId, "When were you born?");
    desk.carrier.emit("ended", callId, { reason: "completed", by: "callee" });
    await expect(asked).rejects.toMatchObject({ code: "call-gone" });
    expect(desk.store.get(callId)?.endedBy).toBe("callee");
  });

  it("lets whoever waits for an answer stop waiting, and goes on with the call", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    const waiting = new AbortController();
    const asked = desk.telephone.continue(callId, "When were you born?", waiting.signal);
    waiting.abort();
    await expect(asked).rejects.toMatchObject({ code: "aborted" });
    desk.carrier.stepDone(callId);
    desk.carrier.answer(callId, "In May.");
    expect(desk.questions.at(-1)?.text).toBe("In May.");
  });
});
