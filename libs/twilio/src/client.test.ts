import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "@openclaw/phone-network/wire";
import { toTelephonyError, type TelephonyError } from "@openclaw/telephony-contract";
import { Bench, HOLD, THEIRS } from "./test/bench.ts";
import { ACCOUNT } from "./testing/index.ts";

let bench: Bench;
beforeEach(async () => void (bench = await Bench.open()));
afterEach(() => bench.close());

async function failure(work: Promise<unknown>): Promise<TelephonyError> {
  return await bench.until(work.then(() => expect.unreachable("it succeeded"), (error: unknown) => toTelephonyError(error)));
}
const refused = (status: number, code: number, headers = {}): Fault => ({
  status,
  body: JSON.stringify({ code, message: `The number ${THEIRS} is wrong`, more_info: "", status }),
  headers: { "content-type": "application/json", ...headers },
});
const nudge = () => bench.carrier.nudge?.(bench.call, "https://telephone.example.com/voice/call-1/1/n1/document", bench.signal) ?? Promise.reject(new Error("no nudge"));

describe("placing a call", () => {
  it.each<[string, Fault, Partial<TelephonyError>]>([
    ["refused credentials", refused(401, 20003), { code: "auth-failed", retryable: false, providerCode: "20003" }],
    ["an account that is not there", refused(404, 20404), { code: "config-invalid", retryable: false }],
    ["a number that is wrong", refused(400, 21211), { code: "invalid-request", retryable: false, providerCode: "21211" }],
    ["a country that is not allowed", refused(403, 21215), { code: "invalid-request", providerCode: "21215" }],
    ["something else that is wrong", refused(422, 29999), { code: "invalid-request", retryable: false, providerCode: "29999" }],
    ["a problem by RFC 9457", { status: 400, body: JSON.stringify({ type: "https://t/1", title: "Bad", status: 400, code: 21217 }) }, { code: "invalid-request", providerCode: "21217" }],
    ["too many requests", refused(429, 20429, { "retry-after": "3" }), { code: "rate-limited", retryable: true, retryAfterMs: 3_000 }],
    ["a server error", refused(500, 20500), { code: "dial-unknown", retryable: false }],
    ["an overloaded server", { status: 503, body: "<html>busy</html>" }, { code: "dial-unknown", retryable: false }],
    ["a redirect", { status: 302, headers: { location: "https://api.twilio.com/elsewhere" } }, { code: "dial-unknown", retryable: false }],
    ["an answer that cannot be read", "garbage", { code: "dial-unknown", retryable: false }],
    ["an answer about nothing", { status: 201, body: "{}" }, { code: "dial-unknown", retryable: false }],
    ["an answer without end", { status: 201, body: `"${"x".repeat(300_000)}"` }, { code: "dial-unknown", retryable: false }],
    ["a connection that breaks", "reset", { code: "dial-unknown", retryable: false }],
    ["an answer that is lost", "lost", { code: "dial-unknown", retryable: false }],
    ["no answer at all", "stall", { code: "dial-unknown", retryable: false }],
  ])("that meets %s is tried once and says truthfully what is known", async (_what, fault, expected) => {
    bench.fake.faults.next(fault);
    const error = await failure(bench.dial());
    expect(error).toMatchObject(expected);
    expect(bench.asked).toEqual(["POST Calls.json"]);
    for (const one of causes(error)) expect(one).not.toMatch(/5550100/);
  });

  it("is refused before anything is sent where numbers or keys are none", async () => {
    expect(await failure(bench.dial({ to: "5550100002" }))).toMatchObject({ code: "invalid-request" });
    expect(await failure(bench.dial({ dialDigits: "12x" }))).toMatchObject({ code: "invalid-request" });
    expect(await failure(bench.dial({ dialDigits: "1".repeat(33) }))).toMatchObject({ code: "invalid-request" });
    expect(await failure(bench.dial({ signal: AbortSignal.abort() }))).toMatchObject({ code: "aborted" });
    expect(bench.asked).toEqual([]);
  });

  it("signs in with the API key where there is one, and with the auth token else", async () => {
    await bench.dial();
    expect(atob(bench.authorization.slice("Basic ".length))).toBe(`${ACCOUNT.apiKeySid}:${ACCOUNT.apiKeySecret}`);
    await bench.close();
    const { accountSid, authToken } = ACCOUNT;
    bench = await Bench.open({ accountSid, authToken });
    await bench.dial();
    expect(atob(bench.authorization.slice("Basic ".length))).toBe(`${accountSid}:${authToken}`);
  });
});

describe("hanging up", () => {
  it.each<[string, Fault]>([
    ["a server error", refused(500, 20500)],
    ["an overloaded server", { status: 503 }],
    ["too many requests", refused(429, 20429)],
    ["a connection that breaks", "reset"],
    ["an answer that is lost", "lost"],
    ["no answer at all", "stall"],
    ["an answer that cannot be read", "garbage"],
  ])("survives %s", async (_what, fault) => {
    await bench.up();
    bench.fake.faults.next(fault);
    await bench.until(bench.carrier.hangup(bench.call, bench.signal));
    expect(bench.party.state()).toBe("ended");
  });

  it("gives up after three attempts, with what the last one met", async () => {
    await bench.up();
    bench.fake.faults.always("server-error");
    const before = bench.asked.length;
    expect(await failure(bench.carrier.hangup(bench.call, bench.signal))).toMatchObject({ code: "unavailable", retryable: true });
    expect(bench.asked.length - before).toBe(3);
  });

  it("is one request for all who ask at the same time, and succeeds for a call that is over or unknown", async () => {
    await bench.up();
    const before = bench.asked.length;
    await bench.until(Promise.all([1, 2, 3].map(() => bench.carrier.hangup(bench.call, bench.signal))));
    expect(bench.asked.length - before).toBe(1);
    await bench.until(bench.carrier.hangup(bench.call, bench.signal));
    await bench.until(bench.carrier.hangup({ ...bench.call, carrierIds: [`CA${"0".repeat(32)}`] }, bench.signal));
  });

  it("of a call whose id is not known yet says so, and ends with whoever asked", async () => {
    expect(await failure(bench.carrier.hangup(bench.call, bench.signal))).toMatchObject({ code: "dial-unknown" });
    await bench.up();
    bench.fake.faults.always("stall");
    const patience = new AbortController();
    const hangingUp = bench.carrier.hangup(bench.call, patience.signal);
    patience.abort();
    expect(await failure(hangingUp)).toMatchObject({ code: "aborted" });
  });

  it("is not tried again with refused credentials", async () => {
    await bench.up();
    bench.fake.faults.always("unauthorized");
    const before = bench.asked.length;
    expect(await failure(bench.carrier.hangup(bench.call, bench.signal))).toMatchObject({ code: "auth-failed", retryable: false });
    expect(bench.asked.length - before).toBe(1);
  });
});

describe("asking for a call's status", () => {
  const status = async () => await bench.until(bench.carrier.status(bench.call, bench.signal));

  it("tells ringing, answered and ended apart, with the reason", async () => {
    expect(await status()).toEqual({ state: "unknown" });
    await bench.dial();
    expect(await status()).toMatchObject({ state: "ringing" });
    bench.party.busy();
    expect(await status()).toMatchObject({ state: "ended", reason: "busy" });
  });

  it.each<Fault>(["server-error", "rate-limited", "reset", "garbage", "stall", { status: 418 }])("never takes a live call for dead because of %o", async (fault) => {
    await bench.up();
    bench.fake.faults.always(fault);
    expect(await status()).toEqual({ state: "unknown" });
  });

  it("takes a call for over that Twilio does not know, and rejects for refused credentials only", async () => {
    await bench.up();
    bench.fake.faults.next(refused(404, 20404));
    expect(await status()).toEqual({ state: "ended", reason: "failed" });
    bench.fake.faults.next("unauthorized");
    expect(await failure(bench.carrier.status(bench.call, bench.signal))).toMatchObject({ code: "auth-failed" });
  });
});

describe("a nudge", () => {
  it("sends nothing but the URL and its method, never a document", async () => {
    await bench.up();
    const bodies: string[] = [];
    const { handle } = bench.fake;
    bench.fake.handle = async (request) => (bodies.push(await request.clone().text()), handle.call(bench.fake, request));
    await bench.until(nudge());
    expect([...new URLSearchParams(bodies.join("&")).keys()].sort()).toEqual(["Method", "Url"]);
  });

  it("of a call that is over says that it is gone", async () => {
    await bench.up();
    bench.party.hangUp();
    expect(await failure(nudge())).toMatchObject({ code: "call-gone", providerCode: "21220" });
  });

  it("of a call that Twilio does not take for answered yet is tried again (pain-09)", async () => {
    await bench.up();
    bench.fake.faults.next(refused(400, 21220));
    await bench.until(nudge());
    expect(bench.asked.slice(-3)).toEqual([`POST ${bench.call.carrierIds[0] ?? ""}.json`, `GET ${bench.call.carrierIds[0] ?? ""}.json`, `POST ${bench.call.carrierIds[0] ?? ""}.json`]);
    const ringing = await failure(bench.dial({ plan: { ...bench.plan, steps: [HOLD] } }).then(nudge));
    expect(ringing).toMatchObject({ code: "unavailable", retryable: true });
  });
});

it("nothing outlives the carrier", async () => {
  await bench.up();
  bench.fake.faults.always("stall");
  const asking = [bench.carrier.hangup(bench.call, bench.signal), nudge()];
  const outcomes = Promise.all(asking.map(failure));
  await bench.carrier.close();
  expect((await outcomes).map(({ code }) => code)).toEqual(["aborted", "aborted"]);
});

/** The messages of an error and of all beneath it. */
function causes(error: unknown): string[] {
  return error instanceof Error ? [error.message, ...causes(error.cause)] : [];
}
