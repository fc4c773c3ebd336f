import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";

describe("pain 29: one call is one record, under one agent", () => {
  it("folds a terminal word that comes after the end into the record, and nothing happens", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.emit("ended", callId, { reason: "completed" });
    const before = desk.telephone.get(callId);
    desk.carrier.emit("ended", "", { reason: "failed", carrierIds: [`desk-${callId}`, "desk-alias"] });
    desk.carrier.emit("answered", "", { carrierIds: ["desk-alias"] });
    expect(desk.telephone.get(callId)).toEqual(before);
    expect(desk.store.recent(10)).toHaveLength(1);
    expect(desk.telephone.active()).toEqual([]);
  });

  it("finds the call again after a restart by whatever the carrier called it", async () => {
    await using before = await createDesk({ settings: { inboundPolicy: "open" } });
    before.carrier.emit("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: ["leg-a"] });
    const callId = before.telephone.active()[0]?.callId ?? "";
    before.carrier.emit("answered", callId, { carrierIds: ["leg-a", "session-b"] });
    before.carrier.emit("ended", callId, { reason: "completed", carrierIds: ["session-b"] });
    const agent = before.telephone.get(callId)?.agentId;
    await using after = await before.crash();
    after.carrier.emit("ended", "", { reason: "failed", carrierIds: ["session-b"] });
    after.carrier.emit("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: ["leg-a"] });
    expect(after.store.recent(10)).toHaveLength(1);
    expect(after.telephone.get(callId)).toMatchObject({ state: "completed", agentId: agent });
    expect(after.telephone.active()).toEqual([]);
  });

  it("ignores an event of a call that nobody knows, and makes no record of it", async () => {
    await using desk = await createDesk();
    desk.carrier.emit("ended", "", { reason: "completed", carrierIds: ["stranger"] });
    expect(desk.store.recent(10)).toEqual([]);
  });

  it("takes every event once, also after a restart", async () => {
    await using before = await createDesk();
    const callId = await before.listening();
    const event = before.carrier.event("digits", callId, { digits: "5" });
    before.carrier.context.emit(event);
    before.carrier.context.emit(event);
    await using after = await before.crash();
    after.carrier.context.emit(event);
    expect(after.telephone.get(callId)?.transcript.filter((turn) => turn.digits)).toHaveLength(1);
  });
});
