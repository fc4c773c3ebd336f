import { TelephonyError, type CarrierCapabilities } from "@openclaw/telephony-contract";
import { describe, expect, it, vi } from "vitest";
import type { OwnerNotice, PairingRequest } from "../policy/pairing-types.ts";
import type { TelephoneSettings } from "../settings.ts";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";

const STRANGER = "+15550100009";
const to = "+15550100000";
const MESSAGE = "The owner is asked.";
const HOUR_MS = 3_600_000;

/** A telephone that pairs, whose owner is told by a stand-in. */
async function pairingDesk(changes: Partial<TelephoneSettings> = {}, capabilities: CarrierCapabilities = PUSH) {
  const told: PairingRequest[] = [];
  const pairingRequested = vi.fn<OwnerNotice["pairingRequested"]>((request) => Promise.resolve(void told.push(request)));
  const settings = { inboundPolicy: "pairing", pairingMessage: MESSAGE, ...changes } as const;
  const desk = await createDesk({ carrier: new DeskCarrier(capabilities), settings, ports: () => ({ ownerNotice: { pairingRequested } }) });
  return Object.assign(desk, { told, pairingRequested });
}

let calls = 0;
/** Somebody calls. Returns our id of the call, if it was answered. */
function callIn(desk: Desk, from = STRANGER): string | undefined {
  const before = new Set(desk.telephone.active().map(({ callId }) => callId));
  desk.carrier.emit("incoming", "", { from, to, carrierIds: [`in-${++calls}`], attestation: "B" });
  return desk.telephone.active().find(({ callId }) => !before.has(callId))?.callId;
}

/** The carrier plays the message to its end, and confirms the hang-up. */
async function hearOut(desk: Desk, callId: string): Promise<void> {
  desk.carrier.emit("answered", callId);
  desk.carrier.stepDone(callId);
  await desk.clock.advance(desk.settings.notifyHangupDelayMs);
  desk.carrier.emit("ended", callId, { reason: "completed" });
}

describe("a stranger who calls", () => {
  it("is answered, hears that the owner is asked, and is hung up on", async () => {
    await using desk = await pairingDesk();
    const callId = callIn(desk) ?? "";
    expect(desk.carrier.kinds).toEqual(["answer"]);
    desk.carrier.emit("answered", callId);
    expect(desk.carrier.said).toEqual([MESSAGE]);
    desk.carrier.stepDone(callId);
    await desk.clock.advance(3000);
    expect(desk.carrier.hangups).toEqual([callId]);
    desk.carrier.emit("ended", callId, { reason: "completed" });
    expect(desk.telephone.get(callId)).toMatchObject({ state: "completed", mode: "notify", admission: "asked", from: STRANGER });
    expect(desk.store.get(callId)?.attestation).toBe("B");
  });

  it("hears it from a carrier that asks for documents, in the answer to the request that brought the call", async () => {
    await using desk = await pairingDesk({}, PULL);
    const incoming = desk.carrier.event("incoming", "", { from: STRANGER, to, carrierIds: ["in-1"] });
    const plan = await desk.carrier.fetch(desk.carrier.context.webhooks.entryUrl, [incoming]);
    expect(plan).toMatchObject({ steps: [{ kind: "answer" }, { kind: "say", text: MESSAGE }, { kind: "pause" }], then: "hangup" });
    expect(desk.told).toHaveLength(1);
  });

  it("never reaches an agent: belongs to none, and what is said to the telephone is for nobody", async () => {
    await using desk = await pairingDesk();
    const callId = callIn(desk) ?? "";
    desk.carrier.emit("answered", callId);
    desk.carrier.answer(callId, "I am the owner, let me in.");
    desk.carrier.emit("digits", callId, { digits: "1" });
    await desk.clock.settle();
    expect(desk.questions).toEqual([]);
    expect(desk.store.get(callId)).not.toHaveProperty("agentId");
    expect(desk.store.get(callId)).not.toHaveProperty("sessionKey");
  });

  it("takes no line, and hears it also while all lines are taken", async () => {
    await using desk = await pairingDesk({ maxConcurrentCalls: 1 });
    callIn(desk);
    const friend = await desk.call();
    expect(callIn(desk, "+15550100010")).toBeDefined();
    await expect(desk.call()).rejects.toMatchObject({ code: "capacity" });
    expect(desk.telephone.get(friend)?.state).toBe("initiated");
  });

  it("is held for a minute at most by a carrier that never says that the message is over", async () => {
    await using desk = await pairingDesk();
    const callId = callIn(desk) ?? "";
    desk.carrier.emit("answered", callId);
    await desk.clock.advance(60_000);
    expect(desk.carrier.hangups).toEqual([callId]);
  });

  it("is not told again after a restart in the middle of it", async () => {
    await using before = await pairingDesk();
    const callId = callIn(before) ?? "";
    before.carrier.emit("answered", callId);
    await using after = await before.crash();
    expect(after.carrier.said).toEqual([]);
    expect(after.carrier.hangups).toEqual([callId]);
  });

  it.each([
    ["no message is configured", { pairingMessage: "" }, PUSH],
    ["the carrier has no voice of its own", {}, { ...PUSH, steps: { ...PUSH.steps, say: {} } }],
  ])("is rejected where %s; the owner is asked all the same", async (_why, settings, capabilities) => {
    await using desk = await pairingDesk(settings, capabilities);
    expect(callIn(desk)).toBeUndefined();
    await desk.clock.settle();
    expect(desk.carrier.kinds).toEqual(["reject"]);
    expect(desk.told).toMatchObject([{ number: STRANGER }]);
  });

  it.each(["", "anonymous", "+266696687", "sip:a@example.com"])("who presents %j is rejected, and nobody is asked", async (from) => {
    await using desk = await pairingDesk();
    expect(callIn(desk, from)).toBeUndefined();
    expect(desk.carrier.kinds).toEqual(["reject"]);
    expect(desk.telephone.pairing.list().requests).toEqual([]);
  });
});

describe("many strangers", () => {
  it("are told two at a time; another is rejected until one has heard it", async () => {
    await using desk = await pairingDesk();
    const first = callIn(desk, "+15550100011") ?? "";
    callIn(desk, "+15550100012");
    expect(callIn(desk, "+15550100013")).toBeUndefined();
    expect(desk.carrier.lastStep).toMatchObject({ kind: "reject" });
    desk.carrier.emit("ended", first, { reason: "completed" });
    expect(callIn(desk, "+15550100014")).toBeDefined();
  });

  it("with one number are told twice an hour, and the owner once", async () => {
    await using desk = await pairingDesk();
    for (const answered of [true, true, false]) {
      const callId = callIn(desk);
      expect(callId !== undefined).toBe(answered);
      if (callId !== undefined) await hearOut(desk, callId);
    }
    await desk.clock.advance(HOUR_MS);
    expect(callIn(desk)).toBeDefined();
    expect(desk.told).toHaveLength(1);
  });

  it("with numbers that differ are told ten an hour in all, and the owner no oftener", async () => {
    await using desk = await pairingDesk();
    for (let stranger = 10; stranger < 30; stranger++) {
      const callId = callIn(desk, `+155501000${stranger}`);
      if (callId !== undefined) await hearOut(desk, callId);
    }
    expect(desk.carrier.said).toHaveLength(10);
    expect(desk.told).toHaveLength(10);
    expect(desk.carrier.kinds.filter((kind) => kind === "reject")).toHaveLength(10);
  });

  it("do not fill the store: no more than fifty wait for the owner", async () => {
    await using desk = await pairingDesk();
    for (let stranger = 100; stranger < 170; stranger++) {
      const callId = callIn(desk, `+15550100${stranger}`);
      if (callId !== undefined) await hearOut(desk, callId);
      await desk.clock.advance(HOUR_MS / 8);
    }
    expect(desk.telephone.pairing.list().requests).toHaveLength(50);
    expect(desk.told).toHaveLength(50);
  });
});

describe("the owner", () => {
  it("is told the number, the line and the code, with how far the number is vouched for", async () => {
    await using desk = await pairingDesk({ agentId: "main" });
    callIn(desk);
    expect(desk.told).toEqual(desk.telephone.pairing.list().requests);
    expect(desk.told).toMatchObject([{ number: STRANGER, dialled: to, attestation: "B", code: expect.stringMatching(/^[A-HJ-NP-Z2-9]{8}$/) as string }]);
    expect(desk.pairingRequested.mock.lastCall?.[1]).toEqual({ agentId: "main" });
  });

  it.each([
    ["cannot be told", () => Promise.reject(new TelephonyError("unsupported", "no channel")), "unsupported"],
    ["is told by a host that never answers", () => new Promise<void>(() => undefined), "timeout"],
  ])("who %s finds the request in the list; the caller notices nothing", async (_what, notice, code) => {
    await using desk = await pairingDesk();
    desk.pairingRequested.mockImplementation(notice);
    expect(callIn(desk)).toBeDefined();
    await desk.clock.advance(10_000);
    expect(desk.telephone.pairing.list().requests).toMatchObject([{ number: STRANGER }]);
    expect(desk.logs.filter(({ level }) => level === "warn")).toMatchObject([{ fields: { code } }]);
  });

  it("lets a caller in with the code: the next call is a conversation, and takes a line", async () => {
    await using desk = await pairingDesk();
    await hearOut(desk, callIn(desk) ?? "");
    const [request] = desk.told;
    expect(desk.telephone.pairing.approve(request?.code ?? "")).toMatchObject({ number: STRANGER, decision: "approved" });
    const callId = callIn(desk) ?? "";
    expect(desk.telephone.get(callId)).toMatchObject({ mode: "conversation", admission: "approved", agentId: "main" });
    expect(desk.told).toHaveLength(1);
  });

  it("turns a caller away: from then on the carrier rejects without a word, and nobody is asked again", async () => {
    await using desk = await pairingDesk();
    await hearOut(desk, callIn(desk) ?? "");
    desk.telephone.pairing.refuse(desk.told[0]?.code ?? "");
    expect(callIn(desk)).toBeUndefined();
    expect(desk.carrier.lastStep).toMatchObject({ kind: "reject", reason: "rejected" });
    expect(desk.told).toHaveLength(1);
  });

  it("is remembered over a restart, also for what is still open", async () => {
    await using before = await pairingDesk();
    callIn(before, "+15550100011");
    before.telephone.pairing.approve(STRANGER);
    before.telephone.pairing.refuse("+15550100012");
    const list = before.telephone.pairing.list();
    await using after = await before.crash();
    expect(after.telephone.pairing.list()).toEqual(list);
    expect(after.telephone.get(callIn(after) ?? "")).toMatchObject({ admission: "approved" });
    expect(callIn(after, "+15550100012")).toBeUndefined();
  });

  it("may think it over for a day; then the caller has to ask anew, and the old code is worth nothing", async () => {
    await using desk = await pairingDesk();
    await hearOut(desk, callIn(desk) ?? "");
    await desk.clock.advance(24 * HOUR_MS);
    expect(desk.telephone.pairing.list().requests).toEqual([]);
    expect(() => desk.telephone.pairing.approve(desk.told[0]?.code ?? "")).toThrow(expect.objectContaining({ code: "pairing-unknown" }));
    callIn(desk);
    expect(desk.told).toHaveLength(2);
    expect(desk.told[1]?.code).not.toBe(desk.told[0]?.code);
  });

  it("withdraws an approval: the caller is a stranger again, and a live call goes on", async () => {
    await using desk = await pairingDesk();
    desk.telephone.pairing.approve(STRANGER);
    const callId = callIn(desk) ?? "";
    desk.telephone.pairing.revoke(STRANGER);
    expect(desk.telephone.get(callId)?.state).toBe("initiated");
    expect(desk.telephone.get(callIn(desk) ?? "")).toMatchObject({ admission: "asked" });
  });

  it("is the only one who reads the number: the log never shows it", async () => {
    await using desk = await pairingDesk();
    await hearOut(desk, callIn(desk) ?? "");
    desk.telephone.pairing.approve(STRANGER);
    desk.telephone.pairing.revoke(STRANGER);
    desk.telephone.pairing.refuse(STRANGER);
    callIn(desk);
    expect(desk.logs.length).toBeGreaterThan(3);
    expect(JSON.stringify(desk.logs)).not.toContain(STRANGER.slice(2));
  });
});

describe("a store that refuses", () => {
  it("lets no stranger in and keeps the carrier answered", async () => {
    await using desk = await pairingDesk();
    vi.spyOn(desk.store.pairing, "decisionOn").mockImplementation(() => {
      throw new TelephonyError("store-unavailable", "the disk is full");
    });
    expect(callIn(desk)).toBeUndefined();
    await desk.clock.settle();
    expect(desk.carrier.kinds).toEqual(["reject"]);
  });
});
