import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PUSH } from "../test-support/desk-carrier.test-support.ts";

const DAY_MS = 24 * 3600 * 1000;

/** A carrier that says so of every call it is asked about. */
function carrierSaying(state: "ended" | "answered" | "ringing" | "unknown", capabilities = PUSH): DeskCarrier {
  const carrier = new DeskCarrier(capabilities);
  carrier.status = { state };
  return carrier;
}

describe("pain 5: a restart leaves no phantom calls", () => {
  it("closes what the carrier says is over, frees the line and dials nothing, not even a day later", async () => {
    await using before = await createDesk({ settings: { maxConcurrentCalls: 1 } });
    const callId = await before.listening();
    await using after = await before.crash(carrierSaying("ended"));
    expect(after.telephone.get(callId)).toMatchObject({ state: "completed", endDetail: "ended while the Gateway was away" });
    expect(after.telephone.active()).toEqual([]);
    await after.clock.advance(DAY_MS);
    expect(after.carrier.dials).toEqual([]);
    await expect(after.call()).resolves.toBeTypeOf("string");
  });

  it("goes on with a conversation that still lives, without a greeting", async () => {
    await using before = await createDesk();
    const callId = await before.listening();
    await using after = await before.crash(carrierSaying("answered"));
    expect(after.carrier.kinds).toEqual(["listen"]);
    after.carrier.answer(callId, "Are you still there?");
    expect(after.questions[0]?.text).toBe("Are you still there?");
    expect(after.carrier.dials).toEqual([]);
  });

  it("hangs up what rang, because what it was to say is gone", async () => {
    await using before = await createDesk();
    const callId = await before.call({ message: "Hello." });
    await using after = await before.crash(carrierSaying("ringing"));
    expect(after.carrier.hangups).toEqual([callId]);
    after.carrier.emit("ended", callId, { reason: "canceled" });
    expect(after.telephone.get(callId)?.state).toBe("canceled");
  });

  it("keeps a call that nobody knows about only until its time is over", async () => {
    await using before = await createDesk({ settings: { maxConcurrentCalls: 1, maxDurationMs: 60_000 } });
    const callId = await before.listening();
    await using after = await before.crash(carrierSaying("unknown"));
    await expect(after.call()).rejects.toMatchObject({ code: "capacity" });
    await after.clock.advance(100_000);
    expect(after.carrier.statusAsked).toBeGreaterThan(3);
    expect(after.telephone.get(callId)?.state).toBe("max-duration");
    await expect(after.call()).resolves.toBeTypeOf("string");
  });

  it("closes a call whose carrier is not installed any more", async () => {
    await using before = await createDesk();
    const callId = await before.listening();
    await using after = await before.crash(carrierSaying("answered"), { carrier: "other" });
    expect(after.telephone.active()).toEqual([]);
    expect(after.telephone.get(callId)?.state).toBe("lost");
  });

  it("gives the line back when the first save fails, and dials nothing", async () => {
    let failures = 1;
    await using desk = await createDesk({
      settings: { maxConcurrentCalls: 1 },
      ports: ({ store }) => ({
        store: Object.assign(Object.create(store) as typeof store, {
          commit: (change: Parameters<typeof store.commit>[0]) => {
            if (failures-- > 0) throw new TelephonyError("store-unavailable", "disk full");
            store.commit(change);
          },
        }),
      }),
    });
    await expect(desk.call()).rejects.toMatchObject({ code: "store-unavailable" });
    expect(desk.carrier.dials).toEqual([]);
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });

  it("ends a live call cleanly when the store fails in the middle of it, and refuses new ones", async () => {
    let broken = false;
    await using desk = await createDesk({
      ports: ({ store }) => ({
        store: Object.assign(Object.create(store) as typeof store, {
          commit: (change: Parameters<typeof store.commit>[0]) => {
            if (broken) throw new TelephonyError("store-unavailable", "disk full");
            store.commit(change);
          },
          prune: () => {
            if (broken) throw new TelephonyError("store-unavailable", "disk full");
          },
        }),
      }),
    });
    const callId = await desk.listening();
    broken = true;
    desk.carrier.answer(callId, "Hello?");
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.active()).toEqual([]);
    await expect(desk.call()).rejects.toMatchObject({ code: "store-unavailable", retryable: true });
    broken = false;
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });

  it("never dials again when it is not known whether the first dial went through", async () => {
    const carrier = new DeskCarrier();
    carrier.failing.set("dial", new TelephonyError("timeout", "no answer"));
    await using desk = await createDesk({ carrier });
    const callId = await desk.call({ message: "Hello." });
    expect(desk.telephone.get(callId)?.state).toBe("initiated");
    await desk.clock.advance(60_000);
    expect(carrier.dials).toHaveLength(1);
    expect(desk.telephone.get(callId)?.state).toBe("no-answer");
  });

  it("adopts a call after an unclear dial when the carrier speaks of it", async () => {
    const carrier = new DeskCarrier();
    carrier.failing.set("dial", new TelephonyError("dial-unknown", "connection reset"));
    await using desk = await createDesk({ carrier });
    const callId = await desk.call({ message: "Hello." });
    carrier.emit("answered", callId);
    expect(carrier.said).toEqual(["Hello."]);
  });

  it("clears a call that is ended by hand even when the carrier never confirms it", async () => {
    const carrier = new DeskCarrier();
    await using desk = await createDesk({ carrier });
    const callId = await desk.listening();
    carrier.failing.set("hangup", new TelephonyError("unavailable", "503", { retryable: true }));
    const ended = desk.telephone.end(callId);
    await desk.clock.advance(60_000);
    await ended;
    expect(desk.telephone.active()).toEqual([]);
    expect(carrier.hangups.length).toBeGreaterThan(1);
    expect(desk.telephone.get(callId)?.endDetail).toMatch(/not confirmed/);
  });
});
