import { afterEach, describe, expect, it } from "vitest";
import { isTelephonyError, type TelephonyError } from "@openclaw/telephony-contract";
import { leakInLog } from "@openclaw/telephony-contract/testing";
import type { Fault } from "@openclaw/phone-network/wire";
import { OURS, THEIRS, benches, type Bench, type StepContent } from "./test/bench.ts";
import { ACCOUNT } from "./testing/index.ts";

const open = benches(afterEach);
const listen: StepContent = { kind: "listen", input: "both", noInputMs: 10_000, endSilenceMs: 800 };
const body = (code: string) => JSON.stringify({ errors: [{ code, title: "No", detail: `${THEIRS} and ${ACCOUNT.apiKey}` }] });
const refusal = (status: number, code: string, headers = {}): Fault => ({ status, body: body(code), headers: { "content-type": "application/json", ...headers } });

/** What an operation that meets a fault every time rejects with. */
async function rejection(bench: Bench, fault: Fault, work: () => Promise<unknown>): Promise<TelephonyError> {
  bench.fake.faults.always(fault);
  const error: unknown = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  bench.fake.faults.always();
  if (!isTelephonyError(error)) throw new Error("it was not rejected with an error of the contract", { cause: error });
  return error;
}

describe("a dial", () => {
  const dial = async (fault: Fault) => {
    const bench = await open();
    const error = await rejection(bench, fault, () => bench.run(bench.carrier.dial(bench.dialRequest())));
    return { bench, error };
  };

  it.each([
    ["a wrong key", refusal(401, "10009"), { code: "auth-failed", retryable: false, providerCode: "10009" }],
    ["no permission", refusal(403, "10010"), { code: "auth-failed", retryable: false }],
    ["no money", refusal(403, "20100"), { code: "auth-failed", retryable: false }],
    ["a wrong number", refusal(422, "10016"), { code: "invalid-request", retryable: false }],
    ["something wrong", refusal(422, "90029"), { code: "invalid-request", retryable: false, providerCode: "90029" }],
    ["all channels taken", refusal(403, "90041"), { code: "rate-limited", retryable: true, providerCode: "90041" }],
    ["a full profile", refusal(403, "90042"), { code: "rate-limited", retryable: true }],
    ["too many requests", refusal(429, "10011", { "x-ratelimit-reset": "7" }), { code: "rate-limited", retryable: true, retryAfterMs: 7_000 }],
    ["too many requests, in the usual header", { status: 429, headers: { "retry-after": "3" } }, { code: "rate-limited", retryable: true, retryAfterMs: 3_000 }],
    ["a faulty carrier", refusal(500, "10007"), { code: "dial-unknown", retryable: false }],
    ["a carrier that is away", refusal(503, "10037"), { code: "dial-unknown", retryable: false, providerCode: "10037" }],
    ["a lost answer", "lost", { code: "dial-unknown", retryable: false }],
    ["a broken connection", "reset", { code: "dial-unknown", retryable: false }],
    ["an answer that is none", "garbage", { code: "dial-unknown", retryable: false }],
    ["no answer", "stall", { code: "dial-unknown", retryable: false }],
  ] as [string, Fault, object][])("that meets %s is told so, and sent once", async (_, fault, error) => {
    const result = await dial(fault);
    expect(result.error).toMatchObject(error);
    expect(result.bench.names()).toEqual(["calls"]);
    const told = `${result.error.message} ${String(result.error.cause)}`;
    for (const secret of [ACCOUNT.apiKey, THEIRS, THEIRS.slice(1)]) expect(told).not.toContain(secret);
  });

  it("that may ring is adopted by its first webhook", async () => {
    const bench = await open();
    bench.fake.faults.next("lost");
    await expect(bench.run(bench.carrier.dial(bench.dialRequest()))).rejects.toMatchObject({ code: "dial-unknown" });
    await bench.until(() => bench.of("ringing").length > 0);
    expect(bench.of("ringing")).toMatchObject([{ callId: "call-1", carrierIds: [expect.stringMatching(/^v3:/)] }]);
  });

  it("pain-11: presses its keys before the first words, which wait for them", async () => {
    const bench = await open({}, { speakingMsPerWord: 0 });
    await bench.talk({ dialDigits: "12" });
    const saying = bench.perform({ kind: "say", text: "Hello" });
    await bench.settle();
    expect(bench.names()).toEqual(["calls"]);
    await bench.clock.advance(700);
    await saying;
    expect(bench.names()).toEqual(["calls", "speak"]);
  });
});

describe("a dial with keys", () => {
  it("is remembered by its leg: the first words wait for the keys after a restart as well", async () => {
    const bench = await open({}, { speakingMsPerWord: 0 });
    await bench.dial({ dialDigits: "12" });
    await bench.restart();
    void bench.person.answer();
    await bench.until(() => bench.of("answered").length > 0);
    const saying = bench.perform({ kind: "say", text: "Hello" });
    await bench.settle();
    expect(bench.names()).toEqual(["calls"]);
    await bench.clock.advance(700);
    await saying;
    expect(bench.names()).toEqual(["calls", "speak"]);
  });
});

describe("a command", () => {
  const say: StepContent = { kind: "say", text: "Hello" };

  it.each([
    ["a call that is over", refusal(422, "90018"), { code: "call-gone", providerCode: "90018" }],
    ["an id that the carrier does not know", refusal(404, "10005"), { code: "call-gone" }],
    ["an id that is none", refusal(422, "90015"), { code: "call-gone" }],
    ["a call that is not answered", refusal(422, "90034"), { code: "unavailable", retryable: true }],
    ["a wrong voice", refusal(422, "90012"), { code: "invalid-request", retryable: false }],
    ["a refusal that says nothing", { status: 400, body: "no" }, { code: "invalid-request" }],
    ["a faulty carrier", "server-error", { code: "unavailable", retryable: true }],
    ["an answer that is none", "garbage", { code: "unavailable", retryable: true }],
    ["no answer", "stall", { code: "timeout", retryable: true }],
  ] as [string, Fault, object][])("that meets %s is told so", async (_, fault, error) => {
    const bench = await open();
    await bench.talk();
    expect(await rejection(bench, fault, () => bench.perform(say))).toMatchObject(error);
  });

  it("that comes too early is tried again soon, whatever is left of the account's requests", async () => {
    const bench = await open();
    await bench.talk();
    const error = await rejection(bench, refusal(422, "90034", { "x-ratelimit-reset": "60" }), () => bench.perform(say));
    expect(error.retryAfterMs).toBeUndefined();
  });

  it("whose answer was lost is repeated under its id, and carried out once", async () => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.next("lost");
    const id = await bench.perform(say);
    expect(bench.sent().slice(1)).toMatchObject([{ name: "speak", body: { command_id: id } }, { name: "speak", body: { command_id: id } }]);
    await bench.clock.advance(5_000);
    await bench.until(() => bench.of("stepEnded").length > 0);
    expect(bench.person.heard()).toEqual([{ kind: "say", text: "Hello" }]);
  });

  it("waits for the id of a call whose dial was not answered", async () => {
    const { carrier, call, signal } = await open();
    await expect(carrier.hangup(call, signal)).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(await carrier.status(call, signal)).toEqual({ state: "unknown" });
  });
});

describe("pain-33: hanging up", () => {
  it("is one request for all who ask at the same time", async () => {
    const bench = await open();
    await bench.talk();
    const { carrier, call, signal } = bench;
    await bench.run(Promise.all([carrier.hangup(call, signal), carrier.hangup(call, signal)]));
    expect(bench.names()).toEqual(["calls", "hangup"]);
    await bench.run(carrier.hangup(call, signal));
    expect(bench.person.state()).toBe("ended");
  });

  it("is tried again while the carrier is faulty", async () => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.next("server-error");
    await bench.run(bench.carrier.hangup(bench.call, bench.signal));
    expect(bench.person.state()).toBe("ended");
  });

  it.each([refusal(422, "90018"), refusal(422, "90015"), refusal(404, "10005")])("succeeds where the call is over already: %o", async (fault) => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.always(fault);
    await expect(bench.run(bench.carrier.hangup(bench.call, bench.signal))).resolves.toBeUndefined();
  });

  it("ends with its caller's patience, and with the carrier", async () => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.always("stall");
    const patience = new AbortController();
    const hangingUp = bench.carrier.hangup(bench.call, patience.signal);
    patience.abort();
    await expect(bench.run(hangingUp)).rejects.toMatchObject({ code: "aborted" });
    const again = bench.carrier.hangup(bench.call, bench.signal);
    const closing = bench.carrier.close();
    await expect(bench.run(again)).rejects.toMatchObject({ code: "aborted" });
    await closing;
  });
});

describe("the status of a call", () => {
  const status = (bench: Bench) => bench.run(bench.carrier.status(bench.call, bench.signal));

  it("is known from the leg after a restart of the process", async () => {
    const bench = await open();
    await bench.dial();
    await bench.restart();
    expect(await status(bench)).toEqual({ state: "ringing" });
    void bench.person.answer();
    await bench.until(() => bench.of("answered").length > 0);
    await bench.perform({ kind: "say", text: "Hello" });
    await bench.restart();
    expect(await status(bench)).toEqual({ state: "answered" });
    void bench.person.hangUp();
    expect(await status(bench)).toEqual({ state: "ended" });
    await bench.clock.advance(11 * 60_000);
    expect(await status(bench)).toEqual({ state: "ended" });
  });

  it("is ringing for a call that is not called alive yet, and unknown for one that was up", async () => {
    const bench = await open();
    await bench.dial();
    const dead: Fault = { status: 200, body: '{"data":{"is_alive":false}}', headers: { "content-type": "application/json" } };
    bench.fake.faults.next(dead);
    expect(await status(bench)).toEqual({ state: "ringing" });
    void bench.person.answer();
    await bench.until(() => bench.of("answered").length > 0);
    bench.fake.faults.next(dead);
    expect(await status(bench)).toEqual({ state: "unknown" });
  });

  it.each(["server-error", "rate-limited", "reset", "stall", "garbage"] as const)("is unknown while the carrier meets us with %s", async (fault) => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.always(fault);
    expect(await status(bench)).toEqual({ state: "unknown" });
  });

  it("is refused with a wrong key", async () => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.always("unauthorized");
    await expect(status(bench)).rejects.toMatchObject({ code: "auth-failed" });
  });
});

describe("an instance", () => {
  it("keeps no timer of a call that is over, whoever ended it", async () => {
    const bench = await open();
    await bench.talk();
    await bench.perform(listen);
    void bench.person.hangUp();
    await bench.until(() => bench.of("ended").length > 0);
    await bench.clock.advance(60_000);
    expect(bench.of("listenEnded")).toEqual([]);
    expect(bench.clock.pending).toBe(0);
  });

  it("releases everything when it is closed, and says nothing more", async () => {
    const bench = await open();
    await bench.talk();
    await bench.perform(listen);
    await bench.carrier.close();
    const before = bench.events.length;
    await bench.clock.advance(60_000);
    expect(bench.events).toHaveLength(before);
  });

  it("goes on with a call after a restart of the process", async () => {
    const bench = await open();
    await bench.talk();
    await bench.restart();
    await bench.perform({ kind: "sendDigits", digits: "1" });
    const said = await bench.perform({ kind: "say", text: "Hello" });
    await bench.clock.advance(3_000);
    await bench.until(() => bench.of("stepEnded").length === 2);
    expect(bench.of("stepEnded").map(({ stepId }) => stepId)).toContain(said);
    await bench.run(bench.carrier.hangup(bench.call, bench.signal));
    expect(bench.person.state()).toBe("ended");
  });

  it("takes webhooks in any order and twice without another effect", async () => {
    const bench = await open();
    bench.fake.courier.disorder = { duplicate: true, reorder: true };
    await bench.talk();
    await bench.perform(listen);
    void bench.person.say("Hello there");
    await bench.clock.advance(5_000);
    await bench.until(() => bench.of("answer").length > 0);
    expect(new Set(bench.of("answer").map(({ dedupeKey }) => dedupeKey)).size).toBe(1);
    await bench.until(() => bench.names().includes("transcription_stop"));
    expect(bench.names().filter((name) => name === "transcription_stop")).toHaveLength(1);
  });

  it("pain-26: tells a machine from a person, and when its greeting is over", async () => {
    const bench = await open();
    await bench.talk({ machineDetection: true });
    await bench.run(Promise.resolve(bench.person.detect?.("machine")));
    await bench.until(() => bench.of("machine").length > 0);
    expect(bench.of("machine")).toMatchObject([{ verdict: "machine", callId: "call-1" }]);
  });

  it.each([
    ["busy", "user_busy (SIP 486)"],
    ["answer", undefined],
  ] as const)("follows a transfer to somebody who does this: %s", async (does, detail) => {
    const bench = await open();
    bench.network.transferTarget?.(does);
    await bench.talk();
    const id = await bench.perform({ kind: "transfer", to: "+15550100003", ringTimeoutMs: 20_000, onFailure: [] });
    await bench.clock.advance(0);
    await bench.until(() => bench.of("transfer").length > 0);
    expect(bench.of("transfer")).toMatchObject([{ stepId: id, state: detail ? "back" : "transferred", callId: "call-1", ...(detail && { detail }) }]);
    await bench.clock.advance(10_000);
    await bench.settle();
    expect([bench.of("transfer").length, bench.of("ended").length]).toEqual([1, detail ? 0 : 1]);
  });

  it("writes no secret, number or word into the log", async () => {
    const bench = await open();
    await bench.talk();
    bench.fake.faults.next("server-error");
    await bench.perform(listen);
    void bench.person.say("My password is swordfish");
    await bench.clock.advance(5_000);
    bench.fake.faults.always(refusal(422, "90018"));
    await bench.settle();
    expect(leakInLog(bench.log.lines, { secrets: [ACCOUNT.apiKey], numbers: [OURS, THEIRS], spoken: ["swordfish"] })).toBeUndefined();
  });
});
