import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCarriers } from "../src/carriers.ts";
import { FRIEND, OURS, openGatewayTrial, type CallOnRecord, type GatewayTrial } from "../src/gateway-trial.ts";

const over = ({ endedAt }: CallOnRecord) => endedAt !== undefined;
const wired = (await readCarriers()).filter(({ startLoopbackCarrier }) => startLoopbackCarrier !== undefined);

describe.each(wired.map((carrier) => [carrier.id, carrier] as const))("a Gateway with the carrier %s", (id, carrier) => {
  let trial: GatewayTrial;
  beforeAll(async () => void (trial = await openGatewayTrial(carrier)));
  afterAll(async () => trial?.[Symbol.asyncDispose]());

  it("delivers a notification, and hangs up when it was heard", async () => {
    const callId = await trial.call("+15550120001", [], { message: "Your parcel has arrived.", mode: "notify" });
    const call = await trial.until(callId, over, "the call ends");
    expect(call).toMatchObject({ carrier: id, direction: "outbound", from: OURS, to: "+15550120001", state: "completed", endReason: "completed" });
    expect(call.carrierCallId).toBeTruthy();
    expect(call.transcript).toMatchObject([{ speaker: "agent", text: "Your parcel has arrived." }]);
    expect(trial.onNetwork("+15550120001")).toMatchObject({ state: "ended", heard: ["Your parcel has arrived."] });
  });

  it("holds a conversation of three turns until the other side hangs up", async () => {
    const talk = ["one", "two", "three"].flatMap((word) => [{ waitFor: "speech" as const }, { say: `Number ${word}` }]);
    const callId = await trial.call("+15550120002", [...talk, { waitFor: "speech" }, { hangup: true }], { message: "Good morning." });
    const call = await trial.until(callId, over, "the call ends");
    expect(call).toMatchObject({ state: "completed", endReason: "completed" });
    const words = ["one", "two", "three"].flatMap((word) => [`Number ${word}`, `You said Number ${word}`]);
    expect(call.transcript.map(({ text }) => text)).toEqual(["Good morning.", ...words]);
    expect(trial.onNetwork("+15550120002")?.heard).toEqual(["Good morning.", ...words.filter((word) => word.startsWith("You"))]);
  });

  it("takes a call from somebody on the list, and talks", async () => {
    const script = [{ waitFor: "speech" as const }, { say: "It is me" }, { waitFor: "speech" as const }, { hangup: true as const }];
    const visit = trial.network.callUs({ from: FRIEND, to: OURS, script });
    const { callId } = await trial.eventually(async () => (await trial.live())[0], "the call is taken");
    const seen = await trial.eventually(() => (visit.report().state === "ended" ? visit.report() : undefined), "the caller hangs up");
    expect(seen.heard).toEqual(["You have reached the lab.", "You said It is me"]);
    const call = await trial.until(callId, over, "the record ends");
    expect(call).toMatchObject({ direction: "inbound", from: FRIEND, to: OURS, state: "completed" });
    expect(call.transcript.map(({ text }) => text)).toEqual(["You have reached the lab.", "It is me", "You said It is me"]);
  });

  it.each([["a stranger", "+15550122001"], ["a caller who hides the number", ""]])("turns %s away, and makes no record", async (_who, from) => {
    const visit = trial.network.callUs({ from, to: OURS, script: [{ waitFor: "speech" }, { say: "Let me in" }] });
    const seen = await trial.eventually(() => (visit.report().state === "ended" ? visit.report() : undefined), "the caller is turned away");
    expect(seen).toMatchObject({ reason: "rejected", heard: [] });
    expect(await trial.live()).toEqual([]);
  });

  it("presses keys and hears keys, in one and the same call", async () => {
    const callId = await trial.call("+15550120003", [{ waitFor: "speech" }, { press: "42#" }, { pauseMs: 60_000 }], { message: "Press a key." });
    await trial.until(callId, ({ transcript }) => transcript.some(({ digits }) => digits === true), "the caller's keys are on the record");
    await trial.lab.rpc("voicecall.dtmf", { callId, digits: "7*" });
    await trial.eventually(() => trial.keys.join("") === "7*" || undefined, "our keys are heard");
    const call = await trial.until(callId, () => true, "the call is known");
    expect(call.transcript.filter(({ digits }) => digits).map(({ text }) => text).join("")).toMatch(/^42#?$/);
    await trial.lab.rpc("voicecall.end", { callId });
    expect(await trial.until(callId, over, "the call ends")).toMatchObject({ endReason: "completed" });
    await trial.eventually(() => trial.onNetwork("+15550120003")?.state === "ended" || undefined, "the network has hung up");
  });

  it.each([
    ["+15550120486", "busy"],
    // Some carriers tell a line that was taken from one that was refused, others do not.
    ["+15550120603", "rejected"],
  ])("says what became of a call that nobody took: %s is %s", async (to, reason) => {
    const callId = await trial.call(to, undefined, { message: "Hello" });
    const call = await trial.until(callId, over, "the call ends");
    expect([reason, "busy"]).toContain(call.endReason);
    expect(call.answeredAt).toBeUndefined();
  });

  it("gives up where nobody answers", async () => {
    await trial.lab.writeConfig({ plugins: { entries: { "voice-call": { config: { ringTimeoutMs: 5000 } } } } });
    const callId = await trial.call("+15550120408", undefined, { message: "Hello" });
    expect(await trial.until(callId, over, "the call ends")).toMatchObject({ endReason: "no-answer" });
  });

  it("says so when the carrier takes no call, and takes the next one", async () => {
    trial.fake.faults.next("unauthorized");
    await expect(trial.call("+15550120004", [], { message: "Hello" })).rejects.toMatchObject({ code: "auth-failed" });
    const callId = await trial.call("+15550120005", [], { message: "Hello again.", mode: "notify" });
    expect(await trial.until(callId, over, "the call ends")).toMatchObject({ state: "completed" });
  });

  it("has asked the model only what it may, and leaves no number and no secret in the log", () => {
    expect(trial.model.refusals).toEqual([]);
    const secrets = Object.values(trial.fake.section).filter((value): value is string => typeof value === "string" && !value.startsWith("http"));
    const logs = trial.lab.logs();
    for (const number of [FRIEND, "+15550122001", "+15550120001"]) expect(logs).not.toContain(number);
    for (const secret of secrets.filter((text) => text.length > 12)) expect(logs).not.toContain(secret);
  });
});
