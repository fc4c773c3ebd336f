import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "@openclaw/phone-network/wire";
import { leakIn } from "@openclaw/telephony-contract/testing";
import { ACCOUNT } from "./testing/index.ts";
import { OURS, THEIRS, openBench, urlsOf, type Bench } from "./test/bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const sent = () => bench.requests.map(({ method, path }) => `${method} ${path.replace(`/v1/Account/${ACCOUNT.authId}`, "")}`);
const json = (status: number, error: unknown, headers: Record<string, string> = {}): Fault => ({ status, headers, body: JSON.stringify({ api_id: "1", error }) });

describe("placing a call over Plivo", () => {
  it("says everything that the network needs to know, and nothing that was built by us", async () => {
    const result = await bench.carrier.dial(bench.request({ dialDigits: "1w2", machineDetection: true, ringTimeoutMs: 20_400 }));
    expect(result).toEqual({ carrierIds: [expect.stringMatching(/^[0-9a-f-]{36}$/)], delivery: "will-fetch" });
    expect(sent()).toEqual(["POST /Call/"]);
    const urls = urlsOf("k1");
    expect(JSON.parse(bench.requests[0]?.body ?? "")).toEqual({
      from: "15550100001",
      to: "15550100002",
      answer_url: urls.document,
      answer_method: "POST",
      ring_url: urls.status,
      ring_method: "POST",
      hangup_url: urls.status,
      hangup_method: "POST",
      ring_timeout: 21,
      time_limit: 300,
      send_digits: "1w2@250",
      machine_detection: "true",
      machine_detection_url: urls.machine,
      machine_detection_method: "POST",
    });
  });

  it.each<[string, Fault, string, boolean]>([
    ["500", "server-error", "dial-unknown", false],
    ["503", { status: 503, body: "busy" }, "dial-unknown", false],
    ["502 with a page", { status: 502, body: "<html>" }, "dial-unknown", false],
    ["no answer", "stall", "dial-unknown", false],
    ["a lost answer", "lost", "dial-unknown", false],
    ["a connection that breaks", "reset", "dial-unknown", false],
    ["an answer that nobody can read", "garbage", "dial-unknown", false],
    ["an answer without an id", { status: 201, body: '{"message":"call fired"}' }, "dial-unknown", false],
    ["401", "unauthorized", "auth-failed", false],
    ["400", json(400, "to parameter is not valid"), "invalid-request", false],
    ["404", json(404, "not found"), "call-gone", false],
    ["405", json(405, "method not allowed"), "invalid-request", false],
    ["422", json(422, { to: ["is wrong"] }), "invalid-request", false],
    ["a redirect", { status: 307, headers: { location: "https://api.plivo.com/elsewhere/" } }, "internal", false],
    ["403 for a country", json(403, "Destination country is not enabled"), "not-permitted", false],
    ["403 with an id that looks like a code", { status: 403, body: '{"api_id":"a5030b","error":"no"}' }, "not-permitted", false],
    ["403 for too many calls", json(403, "Concurrent calls limit reached"), "rate-limited", true],
    ["429", "rate-limited", "rate-limited", true],
  ])("asks once and never again after %s", async (_what, fault, code, retryable) => {
    bench.fake.faults.always(fault);
    const { error } = await bench.outcome(bench.carrier.dial(bench.request()));
    expect({ code: error?.code, retryable: error?.retryable }).toEqual({ code, retryable });
    await bench.clock.advance(120_000);
    expect(sent()).toEqual(["POST /Call/"]);
    expect(bench.fake.placed).toBe(fault === "lost" ? 1 : 0);
  });

  it("gives up after ten seconds, and when it is told to", async () => {
    bench.fake.faults.always("stall");
    const dialling = bench.carrier.dial(bench.request());
    dialling.catch(() => undefined);
    await bench.clock.advance(9_999);
    const early = await Promise.race([dialling.catch(() => "over"), Promise.resolve("under way")]);
    expect(early).toBe("under way");
    await bench.clock.advance(1);
    await expect(dialling).rejects.toMatchObject({ code: "dial-unknown" });
    const caller = new AbortController();
    const second = bench.carrier.dial(bench.request({ signal: caller.signal }));
    caller.abort();
    await expect(second).rejects.toMatchObject({ code: "dial-unknown" });
  });

  it("sends nothing where it was cancelled before, or makes no sense", async () => {
    await expect(bench.carrier.dial(bench.request({ signal: AbortSignal.abort() }))).rejects.toMatchObject({ code: "aborted" });
    await expect(bench.carrier.dial(bench.request({ to: "15550100002" }))).rejects.toMatchObject({ code: "invalid-request" });
    await expect(bench.carrier.dial(bench.request({ dialDigits: "1A" }))).rejects.toMatchObject({ code: "invalid-request" });
    expect(sent()).toEqual([]);
  });

  it("says when to come back, and which of Plivo's codes it was", async () => {
    bench.fake.faults.next({ status: 429, headers: { "retry-after": "7" } });
    expect((await bench.outcome(bench.carrier.dial(bench.request()))).error).toMatchObject({ providerCode: "429", retryAfterMs: 7_000 });
    bench.fake.faults.next(json(403, "cause 5030"));
    expect((await bench.outcome(bench.carrier.dial(bench.request()))).error).toMatchObject({ providerCode: "5030" });
  });

  it("tells Plivo's explanation to the operator, without numbers and secrets", async () => {
    bench.fake.faults.next(json(400, `${THEIRS} is not valid for ${ACCOUNT.authToken}`));
    const { error } = await bench.outcome(bench.carrier.dial(bench.request()));
    const cause = (error as unknown as { cause: Error }).cause.message;
    expect(cause).toBe("+1•••002 is not valid for ***");
    expect(leakIn(`${String(error?.message)} ${cause}`, { secrets: [ACCOUNT.authToken], numbers: [OURS, THEIRS] })).toBeUndefined();
  });
});

describe("hanging up over Plivo (pain-33)", () => {
  it("ends the call by its own id, and once where many ask at the same time", async () => {
    const { known, callUuid } = await bench.placed();
    await Promise.all([1, 2, 3].map(() => bench.carrier.hangup(known, bench.signal())));
    expect(sent().slice(1)).toEqual([`DELETE /Call/${callUuid}/`]);
    expect(bench.party.state()).toBe("ended");
  });

  it("ends a call of which only the request is known", async () => {
    const { dialled } = await bench.placed();
    const [requestUuid] = dialled.carrierIds;
    await bench.carrier.hangup(dialled, bench.signal());
    expect(sent().slice(1)).toEqual([`DELETE /Call/${requestUuid}/`, `DELETE /Request/${requestUuid}/`]);
    expect(bench.party.state()).toBe("ended");
  });

  it("has succeeded where the call is over", async () => {
    const { known, callUuid } = await bench.placed();
    bench.party.busy();
    await bench.carrier.hangup(known, bench.signal());
    expect(sent().slice(1)).toEqual([`DELETE /Call/${callUuid}/`]);
  });

  it("is to be tried again where the request is gone and the call's own id is not known: it may be live", async () => {
    const { dialled } = await bench.placed();
    bench.party.answer();
    const { error } = await bench.outcome(bench.carrier.hangup(dialled, bench.signal()));
    expect(error).toMatchObject({ code: "unavailable", retryable: true });
  });

  it("asks again after a fault that passes", async () => {
    const { known } = await bench.placed();
    bench.fake.faults.next("server-error");
    expect(await bench.outcome(bench.carrier.hangup(known, bench.signal()))).toHaveProperty("value");
    expect(sent()).toHaveLength(3);
    expect(bench.party.state()).toBe("ended");
  });

  it.each<[string, Fault, string, boolean, number]>([
    ["500", "server-error", "unavailable", true, 3],
    ["503", { status: 503 }, "unavailable", true, 3],
    ["429", { status: 429, headers: { "retry-after": "1" } }, "rate-limited", true, 3],
    ["429 for long", { status: 429, headers: { "retry-after": "60" } }, "rate-limited", true, 1],
    ["a connection that breaks", "reset", "unavailable", true, 3],
    ["an answer that nobody can read", "garbage", "unavailable", true, 3],
    ["no answer", "stall", "timeout", true, 1],
    ["401", "unauthorized", "auth-failed", false, 1],
    ["422", json(422, "no"), "invalid-request", false, 1],
  ])("fails truthfully after %s", async (_what, fault, code, retryable, times) => {
    const { known } = await bench.placed();
    bench.fake.faults.always(fault);
    const { error } = await bench.outcome(bench.carrier.hangup(known, bench.signal()));
    expect({ code: error?.code, retryable: error?.retryable }).toEqual({ code, retryable });
    expect(sent()).toHaveLength(1 + times);
  });

  it("never asks without an id: to Plivo that would mean every call of the account", async () => {
    const { dialled } = await bench.placed();
    for (const carrierState of [{ callUuid: "" }, null, [], "x"]) {
      const { error } = await bench.outcome(bench.carrier.hangup({ ...dialled, carrierIds: [], carrierState }, bench.signal()));
      expect(error).toMatchObject({ code: "unavailable", retryable: true });
    }
    expect(sent()).toHaveLength(1);
    expect(bench.party.state()).toBe("ringing");
  });
});

describe("what Plivo knows of a call (pain-08)", () => {
  it("is asked of the live calls first, then of the records", async () => {
    const { known, callUuid } = await bench.placed();
    const ask = () => bench.carrier.status(known, bench.signal());
    expect(await ask()).toMatchObject({ state: "ringing", carrierIds: [callUuid, known.carrierIds[0]] });
    bench.party.answer();
    expect(await ask()).toMatchObject({ state: "answered" });
    bench.party.hangUp();
    expect(await ask()).toMatchObject({ state: "ended", reason: "completed" });
    expect(sent().slice(-2)).toEqual([`GET /Call/${callUuid}/?status=live`, `GET /Call/${callUuid}/`]);
  });

  it("says why a call ended", async () => {
    const { known } = await bench.placed();
    bench.party.busy();
    expect(await bench.carrier.status(known, bench.signal())).toMatchObject({ state: "ended", reason: "busy" });
  });

  it("is looked for among the queued calls where only the request is known", async () => {
    const { carrierIds } = await bench.carrier.dial(bench.request());
    const dialled = { callId: "call-1", carrierIds, direction: "outbound", from: OURS, to: THEIRS } as const;
    expect(await bench.carrier.status(dialled, bench.signal())).toMatchObject({ state: "ringing" });
    expect(sent().slice(1)).toEqual([`GET /Call/${carrierIds[0]}/?status=live`, `GET /Call/${carrierIds[0]}/?status=queued`]);
  });

  it("is unknown, not over, where Plivo does not know the request: its call has another id", async () => {
    const { dialled } = await bench.placed();
    expect(await bench.carrier.status(dialled, bench.signal())).toEqual({ state: "unknown" });
    expect(await bench.carrier.status({ ...dialled, carrierIds: [] }, bench.signal())).toEqual({ state: "unknown" });
  });

  it("is over where Plivo no longer knows the call itself", async () => {
    const { dialled } = await bench.placed();
    const gone = { ...dialled, carrierState: { callUuid: "00000000-0000-4000-8000-000000000000" } };
    expect(await bench.carrier.status(gone, bench.signal())).toEqual({ state: "ended" });
  });

  it.each<[string, Fault]>([
    ["500", "server-error"],
    ["429", "rate-limited"],
    ["no answer", "stall"],
    ["a connection that breaks", "reset"],
    ["an answer that nobody can read", "garbage"],
    ["a status from the future", { status: 200, body: '{"call_status":"teleporting"}' }],
  ])("is unknown after %s", async (_what, fault) => {
    const { known } = await bench.placed();
    bench.fake.faults.always(fault);
    expect((await bench.outcome(bench.carrier.status(known, bench.signal()))).value).toMatchObject({ state: "unknown" });
  });
});

describe("nudging a call over Plivo", () => {
  it("sends the call, and nothing else of it, to the URL as it is", async () => {
    const { known, callUuid } = await bench.placed();
    bench.party.answer();
    await bench.clock.settle();
    await bench.carrier.nudge?.(known, "https://voice.example.com/document/k2", bench.signal());
    await bench.clock.settle();
    expect(sent().at(-1)).toBe(`POST /Call/${callUuid}/`);
    expect(JSON.parse(bench.requests.at(-1)?.body ?? "")).toEqual({ legs: "aleg", aleg_url: "https://voice.example.com/document/k2", aleg_method: "POST" });
    expect(bench.webhooks.filter(({ url }) => url.endsWith("/document/k2"))).toHaveLength(1);
  });

  it("says that the call is gone, or that its id is not known yet", async () => {
    const { known, dialled } = await bench.placed();
    bench.party.busy();
    const nudge = (call: typeof known) => bench.outcome(bench.carrier.nudge?.(call, "https://voice.example.com/document/k2", bench.signal()) ?? Promise.resolve());
    expect((await nudge(known)).error).toMatchObject({ code: "call-gone", retryable: false });
    expect((await nudge(dialled)).error).toMatchObject({ code: "unavailable", retryable: true });
  });
});

describe("what Plivo cannot do (pain-11)", () => {
  const intent = { direction: "outbound", mode: "conversation", audioMode: "native" } as const;

  it("is refused before anything rings", () => {
    expect(bench.carrier.check?.({ ...intent, dialDigits: "1w2*#W", machineDetection: true })).toEqual([]);
    expect(bench.carrier.check?.({ ...intent, dialDigits: "1A2", record: true })?.map(({ code }) => code)).toEqual(["dial-digits-not-supported", "record-not-supported"]);
  });

  it("is logged by its kind where a plan asks for it, and never by what it was", () => {
    bench.carrier.render?.({ callId: "call-1", revision: 1, nonce: "N1", steps: [{ kind: "sendDigits", id: "1", digits: "777A" }], then: "hold" }, urlsOf("k1"));
    expect(bench.log.lines).toMatchObject([{ level: "warn", fields: { callId: "call-1" } }]);
    expect(JSON.stringify(bench.log.lines)).not.toContain("777");
  });
});
