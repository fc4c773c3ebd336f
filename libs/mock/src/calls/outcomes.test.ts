import type { RemoteParty } from "@openclaw/phone-network";
import { describe, expect, it } from "vitest";
import { Bench, FLOWS, OURS, THEIRS, ask, hold, say } from "../test/bench.ts";

describe.each(FLOWS)("the mock network (%s)", (flow) => {
  it("lets it ring before somebody answers", async () => {
    const bench = new Bench(flow, { ringMs: 2_000 });
    await bench.dial([hold]);
    await bench.clock.advance(1_999);
    expect(bench.types()).toEqual(["ringing"]);
    expect(await bench.carrier.status(bench.call, bench.signal)).toMatchObject({ state: "ringing" });
    await bench.clock.advance(1);
    expect(bench.types()).toEqual(["ringing", "answered"]);
    expect(await bench.carrier.status(bench.call, bench.signal)).toMatchObject({ state: "answered" });
  });

  it.each([
    ["busy", THEIRS, "busy", "callee"],
    ["reject", THEIRS, "rejected", "callee"],
    ["no-answer", THEIRS, "no-answer", "carrier"],
    ["answer", "+15550100486", "busy", "callee"],
    ["answer", "+15550100603", "rejected", "callee"],
    ["answer", "+15550100408", "no-answer", "carrier"],
  ] as const)("ends a call with outcome %s to %s as %s", async (outcome, to, reason, by) => {
    const bench = new Bench(flow, { outcome });
    await bench.dial([hold], { to });
    await bench.until("ended", 40_000);
    expect(bench.of("ended")).toMatchObject([{ reason, by }]);
    expect(bench.of("answered")).toEqual([]);
    expect(await bench.carrier.status(bench.call, bench.signal)).toMatchObject({ state: "ended", reason });
  });

  it("ends a call that we give up as canceled, and one that is up as completed", async () => {
    const bench = new Bench(flow);
    await bench.dial([hold]);
    await bench.carrier.hangup(bench.call, bench.signal);
    await bench.carrier.hangup(bench.call, bench.signal);
    await bench.dial([hold]);
    await bench.until("answered");
    await bench.carrier.hangup(bench.call, bench.signal);
    await bench.clock.settle();
    expect(bench.of("ended")).toMatchObject([
      { reason: "canceled", by: "us" },
      { reason: "completed", by: "us" },
    ]);
  });

  it("ends a call at its maximum duration", async () => {
    const bench = new Bench(flow, { script: [] });
    bench.agent = () => [hold];
    await bench.dial([hold], { maxDurationMs: 5_000 });
    await bench.until("answered");
    await bench.clock.advance(4_999);
    expect(bench.of("ended")).toEqual([]);
    await bench.clock.advance(1);
    expect(bench.of("ended")).toMatchObject([{ reason: "completed", by: "carrier", cause: "max-duration" }]);
  });

  it("answers with a machine, says so where asked, and records until nobody talks", async () => {
    const bench = new Bench(flow, { outcome: "voicemail" });
    await bench.dial([{ kind: "pause", durationMs: 5_000 }, say("Please call back."), hold], { machineDetection: true });
    await bench.until("ended");
    expect(bench.of("machine").map(({ verdict, greetingEnded }) => [verdict, greetingEnded])).toEqual([["machine", undefined], ["machine", true]]);
    expect(bench.heard()).toEqual(["Please call back."]);
    expect(bench.of("ended")).toMatchObject([{ reason: "completed", by: "callee" }]);
  });

  it("lets a message that began before the tone be spoken to its end", async () => {
    const bench = new Bench(flow, { outcome: "voicemail" });
    const message = Array.from({ length: 50 }, (_, index) => `word${index}`).join(" ");
    await bench.dial([say(message), hold]);
    await bench.until("ended");
    expect(bench.heard()).toEqual([message]);
  });

  it("gives its verdict about a person where asked, and else none", async () => {
    const bench = new Bench(flow, { script: [] });
    await bench.dial([hold], { machineDetection: true });
    await bench.clock.advance(5_000);
    expect(bench.of("machine")).toMatchObject([{ verdict: "human" }]);
    await bench.dial([hold]);
    await bench.clock.advance(5_000);
    expect(bench.of("machine")).toHaveLength(1);
  });

  it("presses the keys of the dial before anything is said", async () => {
    const heard: string[] = [];
    const party = () => ({
      ring: (line: { answer(): void }) => line.answer(),
      digit: (digit: string) => void heard.push(digit),
      hear: (what: { kind: string }) => void heard.push(what.kind),
    });
    const bench = new Bench(flow, {}, { party });
    await bench.dial([say("Hello"), hold], { dialDigits: "1w2" });
    await bench.clock.advance(10_000);
    expect(heard).toEqual(["1", "2", "started", "speech"]);
  });

  it("hands a call over, after which it is in other hands until they have talked", async () => {
    const bench = new Bench(flow);
    await bench.dial([{ kind: "transfer", to: "+15550100003", ringTimeoutMs: 10_000, onFailure: [] }]);
    await bench.until("transfer");
    expect(bench.of("transfer")).toMatchObject([{ state: "transferred" }]);
    expect(await bench.carrier.status(bench.call, bench.signal)).toMatchObject({ state: "answered" });
    await bench.until("ended");
    expect(bench.of("transfer")).toHaveLength(1);
  });

  it.each(["+15550100486", "+15550100408", "+15550100603"])("brings a call back that %s did not take", async (to) => {
    const bench = new Bench(flow, { script: [] });
    bench.agent = (event) => (event?.type === "transfer" ? [say("Nobody is there."), hold] : undefined);
    await bench.dial([{ kind: "transfer", to, ringTimeoutMs: 10_000, onFailure: [] }]);
    await bench.until("transfer");
    expect(bench.of("transfer")).toMatchObject([{ state: "back" }]);
    await bench.clock.advance(5_000);
    expect(bench.heard()).toEqual(["Nobody is there."]);
  });

  it("records, and saves what is still being recorded when the call ends", async () => {
    const bench = new Bench(flow, { script: [] });
    const pause = { kind: "pause", durationMs: 2_000 } as const;
    await bench.dial([{ kind: "record", action: "start" }, pause, { kind: "record", action: "stop" }, { kind: "record", action: "start" }, hold]);
    await bench.until("answered");
    await bench.clock.advance(3_000);
    await bench.carrier.hangup(bench.call, bench.signal);
    await bench.clock.settle();
    const recordings = bench.of("recording").map(({ state, durationMs }) => [state, durationMs]);
    expect(recordings).toEqual([["started", undefined], ["saved", 2_000], ["started", undefined], ["saved", 1_000]]);
    expect(new Set(bench.of("recording").map(({ recordingId }) => recordingId)).size).toBe(2);
  });

  it("takes calls to us, answered and refused", async () => {
    const bench = new Bench(flow, { script: [] });
    bench.agent = () => [{ kind: "answer" }, say("Welcome."), hold];
    bench.mock.network.callUs({ from: THEIRS, to: OURS, callerName: "Ada", attestation: "A" });
    await bench.clock.advance(2_000);
    expect(bench.of("incoming")).toMatchObject([{ from: THEIRS, to: OURS, callerName: "Ada", attestation: "A" }]);
    expect(bench.heard()).toEqual(["Welcome."]);
    bench.agent = () => [{ kind: "reject", reason: "busy" }];
    const refused = bench.mock.network.callUs({ from: THEIRS, to: OURS });
    await bench.clock.settle();
    expect(refused.report()).toMatchObject({ state: "ended", reason: "busy" });
    expect(bench.of("answered")).toHaveLength(1);
  });

  it("lets a caller hang up before anybody answers", async () => {
    const bench = new Bench(flow);
    bench.intercept = () => new Promise(() => undefined);
    const hasty = bench.mock.network.callUs({ from: THEIRS, to: OURS });
    hasty.hangUp();
    expect(hasty.report()).toMatchObject({ state: "ended", reason: "canceled" });
  });

  it.each([
    ["at once", () => { throw new TypeError("a fault of the test's party"); }],
    ["later", () => Promise.reject(new TypeError("a fault of the test's party"))],
  ])("ends only the call whose party fails %s", async (_when, ring: () => Promise<never>) => {
    const party = (): RemoteParty => ({ ring });
    const bench = new Bench(flow, {}, { party });
    await bench.dial([hold]);
    await bench.until("ended");
    expect(bench.of("ended")).toMatchObject([{ reason: "failed", cause: "party-fault" }]);
    expect(bench.log.lines).toMatchObject([{ level: "error", fields: { error: "TypeError" } }]);
  });

  it.each(["close", "abort"] as const)("has no timer left after %s, and says nothing more", async (how) => {
    const bench = new Bench(flow);
    await bench.carrier.start();
    await bench.dial([ask("Hello?")]);
    await bench.until("answered");
    const before = bench.events.length;
    if (how === "close") await bench.carrier.close();
    else bench.instance.abort();
    await bench.clock.settle();
    expect(bench.clock.pending).toBe(0);
    await bench.clock.advance(600_000);
    expect(bench.events).toHaveLength(before);
    await expect(bench.dial([hold])).rejects.toMatchObject({ name: "TelephonyError" });
  });

  it("knows a call by our id, and calls one that it never saw ended", async () => {
    const bench = new Bench(flow);
    await bench.dial([hold]);
    const found = await bench.carrier.find(bench.call.callId, bench.signal);
    expect(found?.carrierIds).toEqual(bench.call.carrierIds);
    expect(await bench.carrier.find("call-of-an-earlier-process", bench.signal)).toBeUndefined();
    const lost = { ...bench.call, callId: "call-of-an-earlier-process", carrierIds: ["mock-of-an-earlier-process-1"] };
    expect(await bench.carrier.status(lost, bench.signal)).toEqual({ state: "ended", reason: "failed" });
    await expect(bench.carrier.hangup(lost, bench.signal)).resolves.toBeUndefined();
  });

  it("rings once for one call id", async () => {
    const bench = new Bench(flow);
    await bench.dial([hold], { callId: "the-same" });
    const first = bench.call.carrierIds;
    await bench.dial([hold], { callId: "the-same" });
    expect(bench.call.carrierIds).toEqual(first);
    expect(bench.mock.network.calls()).toHaveLength(1);
  });

  it.each([{ to: "15550100" }, { to: "+0123" }, { from: "nobody" }, { dialDigits: "12x" }])("refuses to dial %o", async (changes) => {
    const bench = new Bench(flow);
    await expect(bench.dial([hold], changes)).rejects.toMatchObject({ code: "invalid-request", retryable: false });
    expect(bench.mock.network.calls()).toEqual([]);
  });

  it("refuses the call that is one too many, for the moment", async () => {
    const bench = new Bench(flow, { ringMs: 60_000 });
    for (let call = 0; call < 200; call++) await bench.dial([hold]);
    await expect(bench.dial([hold])).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });
});

it.each(["push", "emit"] as const)("a caller gives up after a minute in which nobody answers (%s)", async (flow) => {
  const bench = new Bench(flow);
  bench.agent = () => [];
  const patient = bench.mock.network.callUs({ from: THEIRS, to: OURS });
  await bench.clock.advance(59_999);
  expect(patient.report()).toMatchObject({ state: "ringing" });
  await bench.clock.advance(1);
  expect(bench.of("ended")).toMatchObject([{ reason: "canceled", by: "caller" }]);
});
