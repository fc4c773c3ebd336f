import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { DeskCarrier, PULL, PUSH } from "../test-support/desk-carrier.test-support.ts";
import { createDesk, type Desk } from "../test-support/desk.test-support.ts";

const from = "+15550100009";
const to = "+15550100000";

/** Somebody who may not call calls. */
function callIn(desk: Desk, carrierId = "in-1"): void {
  desk.carrier.emit("incoming", "", { from, to, carrierIds: [carrierId] });
}

const codes = (desk: Desk) => desk.logs.filter(({ level }) => level === "warn").map(({ fields }) => fields?.["code"]);

describe("a caller who is refused", () => {
  it("is rejected once, however often the carrier reports the call", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "allowlist" } });
    const incoming = desk.carrier.event("incoming", "", { from, to, carrierIds: ["in-1", "session-1"] });
    for (let copy = 0; copy < 20; copy++) desk.carrier.context.emit(incoming);
    callIn(desk, "session-1");
    desk.carrier.emit("ended", "", { reason: "rejected", carrierIds: ["in-1"] });
    await desk.clock.advance(60_000);
    callIn(desk);
    await desk.clock.advance(60_000);
    expect(desk.carrier.kinds).toEqual(["reject"]);
    expect(desk.carrier.hangups).toEqual([]);
    expect(desk.store.recent(10)).toEqual([]);
  });

  it("stays refused when the same call is reported again after a line became free, or the list became longer", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "open", maxConcurrentCalls: 1 } });
    const taken = await desk.call();
    callIn(desk);
    await desk.clock.settle();
    desk.carrier.emit("ended", taken, { reason: "completed" });
    callIn(desk);
    expect(desk.telephone.active()).toEqual([]);
    expect(desk.carrier.performed.map(({ step }) => step)).toMatchObject([{ kind: "reject", reason: "busy" }]);
  });

  it("may call again: a new call is decided anew", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "allowlist" } });
    callIn(desk, "in-1");
    desk.settings = { ...desk.settings, allowFrom: [from] };
    callIn(desk, "in-2");
    expect(desk.telephone.active()).toMatchObject([{ from, admission: "listed" }]);
  });

  it.each([
    ["a stranger", "allowlist", "rejected"],
    ["somebody who would get through", "open", "busy"],
  ] as const)("while all lines are taken: %s hears %s as %s, and no line is taken", async (_who, inboundPolicy, reason) => {
    await using desk = await createDesk({ settings: { inboundPolicy, maxConcurrentCalls: 1 } });
    const first = await desk.call();
    callIn(desk);
    await desk.clock.settle();
    expect(desk.carrier.performed.at(-1)?.step).toMatchObject({ kind: "reject", reason });
    expect(desk.telephone.active().map(({ callId }) => callId)).toEqual([first]);
    desk.carrier.emit("ended", first, { reason: "completed" });
    await expect(desk.call()).resolves.toBeTypeOf("string");
  });

  it("is turned away with the carrier's own ids and state, so that the carrier knows which call is meant", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "allowlist" } });
    desk.carrier.emit("incoming", "", { from, to, carrierIds: ["in-1"], carrierState: { leg: 7 } });
    expect(desk.carrier.performed[0]?.call).toMatchObject({ carrierIds: ["in-1"], carrierState: { leg: 7 }, direction: "inbound", from, to });
  });

  it("is not named in full in any log", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "allowlist" } });
    desk.carrier.failing.set("perform", "throw");
    callIn(desk);
    await desk.clock.advance(60_000);
    expect(desk.logs.length).toBeGreaterThan(0);
    expect(JSON.stringify(desk.logs)).not.toContain(from.slice(2));
  });
});

describe("a carrier that does not take the refusal", () => {
  it("is asked twice when it stalls, then to hang up, and nothing of it stays", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "disabled" } });
    const quiet = desk.clock.pending;
    desk.carrier.failing.set("perform", "hang");
    desk.carrier.failing.set("hangup", "hang");
    callIn(desk);
    await desk.clock.advance(120_000);
    expect(desk.carrier.kinds).toEqual(["reject", "reject"]);
    expect(desk.carrier.performed.map(({ context }) => context.signal.aborted)).toEqual([true, true]);
    expect(desk.carrier.hangups).toHaveLength(1);
    expect(codes(desk)).toEqual(["timeout"]);
    expect(desk.clock.pending).toBe(quiet);
  });

  it.each([
    ["comes back at the second try", new TelephonyError("unavailable", "503", { retryable: true }), 2, 0],
    ["waits as long as it asks for, within reason", new TelephonyError("rate-limited", "429", { retryable: true, retryAfterMs: 3_600_000 }), 2, 0],
    ["cannot reject", new TelephonyError("unsupported", "not here"), 1, 1],
    ["has a defect", "throw" as const, 1, 1],
    ["knows that the caller has given up", new TelephonyError("call-gone", "422"), 1, 0],
  ])("%s", async (_what, failure, rejects, hangups) => {
    await using desk = await createDesk({ settings: { inboundPolicy: "disabled" } });
    desk.carrier.failing.set("perform", failure);
    callIn(desk);
    await desk.clock.settle();
    if (hangups === 0) desk.carrier.failing.clear();
    await desk.clock.advance(10_000);
    expect(desk.carrier.kinds).toHaveLength(rejects);
    expect(desk.carrier.hangups).toHaveLength(hangups);
    expect(codes(desk)).toEqual([]);
  });

  it("hangs up where it never could reject", async () => {
    const { reject: _none, ...steps } = PUSH.steps;
    await using desk = await createDesk({ carrier: new DeskCarrier({ ...PUSH, steps }), settings: { inboundPolicy: "disabled" } });
    callIn(desk);
    await desk.clock.settle();
    expect(desk.carrier.kinds).toEqual([]);
    expect(desk.carrier.hangups).toHaveLength(1);
  });

  it("does not pile refusals up: beyond a number calls are left to ring", async () => {
    await using desk = await createDesk({ settings: { inboundPolicy: "disabled" } });
    desk.carrier.failing.set("perform", "hang");
    for (let call = 0; call < 500; call++) callIn(desk, `in-${call}`);
    expect(desk.carrier.performed).toHaveLength(64);
  });

  it("holds neither the end of the telephone up nor the carrier open", async () => {
    const desk = await createDesk({ settings: { inboundPolicy: "disabled" } });
    desk.carrier.failing.set("perform", "hang");
    callIn(desk);
    await desk.telephone.stop();
    await desk.clock.settle();
    expect(desk.carrier.performed[0]?.context.signal.aborted).toBe(true);
    expect(desk.carrier.closed).toBe(1);
    expect(desk.clock.pending).toBe(0);
    await desk[Symbol.asyncDispose]();
  });
});

describe("a carrier that asks for documents", () => {
  it("gets the same refusal for each report of the same call", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL), settings: { inboundPolicy: "allowlist" } });
    const entry = desk.carrier.context.webhooks.entryUrl;
    const report = () => desk.carrier.event("incoming", "", { from, to, carrierIds: ["in-1"] });
    const first = await desk.carrier.fetch(entry, [report()]);
    const second = await desk.carrier.fetch(entry, [report()]);
    expect(first).toMatchObject({ steps: [{ kind: "reject", reason: "rejected" }], then: "hangup" });
    expect(second).toMatchObject({ callId: first.callId, steps: first.steps });
    expect(desk.telephone.active()).toEqual([]);
  });

  it("is told to hang up where it cannot reject", async () => {
    const { reject: _none, ...steps } = PULL.steps;
    await using desk = await createDesk({ carrier: new DeskCarrier({ ...PULL, steps }), settings: { inboundPolicy: "disabled" } });
    const incoming = desk.carrier.event("incoming", "", { from, to, carrierIds: ["in-1"] });
    expect(await desk.carrier.fetch(desk.carrier.context.webhooks.entryUrl, [incoming])).toMatchObject({ steps: [], then: "hangup" });
  });

  it("hears busy while all lines are taken", async () => {
    await using desk = await createDesk({ carrier: new DeskCarrier(PULL), settings: { inboundPolicy: "open", maxConcurrentCalls: 1 } });
    await desk.call();
    const incoming = desk.carrier.event("incoming", "", { from, to, carrierIds: ["in-1"] });
    const plan = await desk.carrier.fetch(desk.carrier.context.webhooks.entryUrl, [incoming]);
    expect(plan.steps).toMatchObject([{ kind: "reject", reason: "busy" }]);
  });
});
