import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL } from "../test-support/desk-carrier.test-support.ts";

const unavailable = new TelephonyError("unavailable", "503", { retryable: true });

describe("pain 33: a hang-up is reliable", () => {
  it("gives a carrier that does not answer ten seconds, and asks again", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.failing.set("hangup", "hang");
    const over = desk.telephone.end(callId);
    await desk.clock.advance(10_000);
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.failing.clear();
    await desk.clock.advance(1000);
    expect(desk.carrier.hangups).toEqual([callId, callId]);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    await over;
    expect(desk.telephone.get(callId)).toMatchObject({ state: "completed" });
  });

  it("asks again after a refusal, at the time that the carrier names, and not beside itself", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.failing.set("hangup", new TelephonyError("rate-limited", "429", { retryable: true, retryAfterMs: 4000 }));
    void desk.telephone.end(callId);
    await desk.clock.settle();
    desk.carrier.failing.clear();
    void desk.telephone.end(callId);
    await desk.clock.advance(3999);
    expect(desk.carrier.hangups).toEqual([callId]);
    await desk.clock.advance(1);
    expect(desk.carrier.hangups).toEqual([callId, callId]);
    await desk.clock.advance(60_000);
    expect(desk.carrier.hangups).toEqual([callId, callId]);
  });

  it("has one request under way, however many want the call to end", async () => {
    await using desk = await createDesk({ settings: { maxDurationMs: 5000 } });
    const callId = await desk.listening();
    desk.carrier.failing.set("hangup", "hang");
    for (let count = 0; count < 5; count++) void desk.telephone.end(callId);
    await desk.clock.advance(9999);
    expect(desk.carrier.hangups).toEqual([callId]);
  });

  it("takes a call that is gone for hung up", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.failing.set("hangup", new TelephonyError("call-gone", "422: the call has ended"));
    await desk.telephone.end(callId);
    expect(desk.telephone.get(callId)).toMatchObject({ state: "completed" });
    expect(desk.telephone.get(callId)).not.toHaveProperty("endDetail");
    expect(desk.carrier.hangups).toEqual([callId]);
    expect(desk.telephone.active()).toEqual([]);
  });

  it("gives the line back in the end, says so in the record and the log, and leaves no timer", async () => {
    await using desk = await createDesk();
    const idle = desk.clock.pending;
    const callId = await desk.listening();
    desk.carrier.failing.set("hangup", unavailable);
    void desk.telephone.end(callId);
    await desk.clock.advance(10_000);
    expect(desk.carrier.hangups).toHaveLength(4);
    expect(desk.telephone.get(callId)).toMatchObject({ endDetail: "hang-up not confirmed by the carrier (unavailable)" });
    expect(desk.logs).toContainEqual(expect.objectContaining({ level: "warn", message: "the carrier did not confirm the hang-up: look at the call in its console" }));
    expect(desk.telephone.active()).toEqual([]);
    expect(desk.clock.pending).toBe(idle);
  });

  it("does not wait for a word about the end that never comes after a hang-up was accepted", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    let over = false;
    void desk.telephone.end(callId).then(() => (over = true));
    await desk.clock.advance(2999);
    expect(over).toBe(false);
    await desk.clock.advance(1);
    expect(over).toBe(true);
  });

  it("is a success for a call that was over before", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.emit("ended", callId, { reason: "completed", by: "callee" });
    await desk.telephone.end(callId);
    expect(desk.carrier.hangups).toEqual([]);
    expect(desk.store.get(callId)?.endedBy).toBe("callee");
  });

  it("tells a carrier that asks for a document meanwhile to hang up", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const callId = await desk.call({ message: "Hello there, friend." });
    const url = desk.carrier.dials[0]?.urls.document ?? "";
    await desk.carrier.fetch(url);
    await desk.clock.advance(5000);
    desk.carrier.failing.set("hangup", "hang");
    void desk.telephone.end(callId);
    expect(await desk.carrier.fetch(url)).toMatchObject({ steps: [], then: "hangup" });
  });

  it("refuses a caller who may not call once, at the carrier, and takes no line", async () => {
    await using desk = await createDesk({ settings: { maxConcurrentCalls: 1 } });
    desk.carrier.emit("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: ["in-1"] });
    await desk.clock.settle();
    expect(desk.carrier.performed.map(({ step }) => step)).toMatchObject([{ kind: "reject", reason: "rejected" }]);
    await expect(desk.call()).resolves.toBeTypeOf("string");
    await desk.clock.advance(20_000);
    expect(desk.carrier.kinds.filter((kind) => kind === "reject")).toHaveLength(1);
  });
});
