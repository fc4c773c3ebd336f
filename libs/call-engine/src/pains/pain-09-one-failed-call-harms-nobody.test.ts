import { TelephonyError } from "@openclaw/telephony-contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL } from "../test-support/desk-carrier.test-support.ts";

describe("pain 9: a call that fails takes nobody with it", () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);

  beforeEach(() => void process.on("unhandledRejection", note));
  afterEach(async () => {
    await new Promise(setImmediate);
    process.off("unhandledRejection", note);
    expect(unhandled.splice(0)).toEqual([]);
  });

  it.each([
    // A line that cannot listen any more ends by itself.
    ["perform", "failed"],
    ["hangup", "completed"],
    ["status", "completed"],
  ] as const)("survives a carrier that throws in %s, and another call goes on", async (what, reason) => {
    await using desk = await createDesk();
    const victim = await desk.listening();
    const other = await desk.listening();
    desk.carrier.failing.set(what, "throw");
    desk.carrier.answer(victim, "Hello?", desk.carrier.performed.find(({ call, step }) => call.callId === victim && step.kind === "listen")?.context.nonce);
    desk.questions[0]?.finish("An answer that cannot be said.");
    await desk.clock.settle();
    const ended = desk.telephone.end(victim);
    await desk.clock.advance(60_000);
    await ended;
    desk.carrier.failing.clear();
    expect(desk.telephone.get(victim)?.endReason).toBe(reason);
    expect(desk.telephone.active().map((call) => call.callId)).toEqual([other]);
  });

  it("ends a call whose dial throws, with a reason, and says so to whoever placed it", async () => {
    const carrier = new DeskCarrier();
    await using desk = await createDesk({ carrier });
    carrier.failing.set("dial", "throw");
    await expect(desk.call()).rejects.toMatchObject({ code: "unavailable" });
    expect(desk.telephone.active()).toEqual([]);
    expect(desk.store.recent(1)[0]).toMatchObject({ endReason: "failed", endDetail: "dial refused (unavailable)" });
    carrier.failing.clear();
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });

  it("repeats a nudge that the carrier refused because the call was not quite up", async () => {
    const carrier = new DeskCarrier(PULL);
    await using desk = await createDesk({ carrier });
    const callId = await desk.call();
    const url = carrier.dials[0]?.urls.document ?? "";
    const opening = await carrier.fetch(url);
    const turn = { nonce: opening.nonce, proof: "echoed" } as const;
    await carrier.fetch(url, [carrier.event("answer", callId, { turn, input: { kind: "speech", text: "Hi" } })]);
    carrier.failing.set("nudge", new TelephonyError("unavailable", "not in progress yet", { retryable: true, providerCode: "21220" }));
    desk.questions[0]?.finish("Good day to you.");
    await desk.clock.settle();
    carrier.failing.clear();
    await desk.clock.advance(1000);
    expect(carrier.nudges).toHaveLength(2);
    expect((await carrier.fetch(carrier.nudges[1] ?? "")).steps[0]).toMatchObject({ kind: "say" });
  });

  it("gives up on a request that hangs", async () => {
    await using desk = await createDesk();
    const callId = await desk.listening();
    desk.carrier.failing.set("hangup", "hang");
    const ended = desk.telephone.end(callId);
    await desk.clock.advance(120_000);
    await ended;
    expect(desk.telephone.active()).toEqual([]);
  });

  it("answers a request that its carrier cannot read with an error, and goes on", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL) });
    const url = desk.carrier.context.webhooks.entryUrl;
    const reply = await desk.carrier.context.webhooks.deliver({ method: "POST", url, headers: { "x-desk": "good" }, body: Buffer.from("{") });
    expect(reply.status).toBe(500);
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });
});
