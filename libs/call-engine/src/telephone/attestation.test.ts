import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";

describe("how the carriers vouch for a number", () => {
  it("is kept of a call that reaches us", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "open" } });
    desk.carrier.emit("incoming", "", { from: "+15550100007", to: "+15550100000", carrierIds: ["in-1"], attestation: "B" });
    expect(desk.telephone.active()[0]).toMatchObject({ attestation: "B" });
  });

  it("is kept of a call that we place, from whichever event says it, and the later word counts", async () => {
    await using desk = await createDesk();
    const callId = await desk.call();
    expect(desk.telephone.get(callId)).not.toHaveProperty("attestation");
    desk.carrier.emit("ringing", callId, { attestation: "C" });
    expect(desk.telephone.get(callId)?.attestation).toBe("C");
    desk.carrier.emit("answered", callId, { attestation: "A" });
    desk.carrier.emit("ringing", callId);
    expect(desk.store.get(callId)?.attestation).toBe("A");
  });

  it("is added to the record when it comes after the end", async () => {
    await using desk = await createDesk();
    const callId = await desk.call();
    desk.carrier.emit("ended", callId, { reason: "busy" });
    desk.carrier.emit("ringing", callId, { attestation: "failed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "busy", attestation: "failed" });
  });
});
