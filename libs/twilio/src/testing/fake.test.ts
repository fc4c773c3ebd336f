import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, HOLD, LISTEN, OURS, THEIRS, say, urlsOf } from "../test/bench.ts";
import { ACCOUNT } from "./account.ts";
import { readDocument, readTwiml } from "./twiml.ts";

let bench: Bench;
beforeEach(async () => void (bench = await Bench.open()));
afterEach(() => bench.close());

const CALLS = `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls`;
const NEW = { To: THEIRS, From: OURS, Twiml: "<Response><Hangup/></Response>" };
const login = (user: string, password: string) => `Basic ${btoa(`${user}:${password}`)}`;

/** What REST answers, in Twilio's words. */
async function rest(method: string, url: string, fields?: Record<string, string> | [string, string][], authorization = login(ACCOUNT.accountSid, ACCOUNT.authToken)) {
  const body = fields && new URLSearchParams(fields);
  const response = await bench.fake.handle(new Request(url, { method, headers: { authorization }, ...(body && { body }) }));
  const answer = (await response.json()) as Record<string, unknown>;
  return { http: response.status, ...answer };
}

describe("the fake's REST interface", () => {
  it("knows the account by its auth token and by its API key, and nobody else", async () => {
    const { accountSid, authToken, apiKeySid, apiKeySecret } = ACCOUNT;
    expect(await rest("POST", `${CALLS}.json`, NEW)).toMatchObject({ http: 201, status: "queued", direction: "outbound-api", to: THEIRS });
    expect(await rest("POST", `${CALLS}.json`, NEW, login(apiKeySid, apiKeySecret))).toMatchObject({ http: 201 });
    for (const wrong of [login(accountSid, apiKeySecret), login(apiKeySid, authToken), "Bearer x", ""]) {
      expect(await rest("POST", `${CALLS}.json`, NEW, wrong)).toEqual({ http: 401, status: 401, code: 20003, message: "Authenticate", more_info: "https://www.twilio.com/docs/errors/20003" });
    }
  });

  it.each<[string, Record<string, string> | [string, string][], number]>([
    ["no number to call", { From: OURS, Twiml: NEW.Twiml }, 21201],
    ["no number to call from", { To: THEIRS, Twiml: NEW.Twiml }, 21213],
    ["no document", { To: THEIRS, From: OURS }, 21205],
    ["a number without +", { ...NEW, To: "15550100002" }, 21211],
    ["a number that is not the account's", { ...NEW, From: "+442071838750" }, 21210],
    ["a parameter that does not exist", { ...NEW, Volume: "11" }, 20001],
    ["a parameter that comes twice", [...Object.entries(NEW), ["To", THEIRS]], 20001],
    ["an event that does not exist", { ...NEW, StatusCallback: "https://t.example.com/s", StatusCallbackEvent: "in-progress" }, 21626],
    ["a host with an underscore", { ...NEW, StatusCallback: "https://my_host.example.com/s" }, 21609],
    ["a ring time-out beyond Twilio's", { ...NEW, Timeout: "601" }, 21200],
    ["a time limit of nothing", { ...NEW, TimeLimit: "0" }, 21200],
    ["too many keys", { ...NEW, SendDigits: "1".repeat(33) }, 21200],
    ["detection that would hold the document back", { ...NEW, MachineDetection: "Enable" }, 21200],
    ["a document that is too long to go along", { ...NEW, Twiml: `<Response><Say>${"x".repeat(4000)}</Say></Response>` }, 21218],
    ["a document that is none", { ...NEW, Twiml: "<Response>" }, 21218],
  ])("refuses a call with %s", async (_what, fields, code) => {
    expect(await rest("POST", `${CALLS}.json`, fields)).toMatchObject({ http: 400, status: 400, code });
    expect(bench.fake.controls.calls()).toEqual([]);
  });

  it("refuses changes that a call's state does not allow, or that are none", async () => {
    await bench.dial();
    const url = `${CALLS}/${bench.call.carrierIds[0] ?? ""}.json`;
    expect(await rest("POST", url, { Url: "https://t.example.com/d", Method: "POST" })).toMatchObject({ http: 400, code: 21220 });
    expect(await rest("POST", url, { Status: "paused" })).toMatchObject({ http: 400, code: 21218 });
    expect(await rest("POST", url, { Status: "completed", Url: "https://t.example.com/d" })).toMatchObject({ http: 400, code: 21218 });
    bench.party.answer();
    await bench.settle();
    expect(await rest("POST", url, { Status: "canceled" })).toMatchObject({ http: 200, status: "in-progress" });
    expect(await rest("POST", url, { Status: "completed" })).toMatchObject({ http: 200, status: "completed" });
    expect(await rest("POST", url, { Status: "completed" })).toMatchObject({ http: 400, code: 21220 });
  });

  it("knows nothing but calls of the account", async () => {
    for (const url of [`${CALLS}/CA${"0".repeat(32)}.json`, `${CALLS}.csv`, "https://api.twilio.com/2010-04-01/Accounts.json"]) {
      expect(await rest("GET", url)).toMatchObject({ http: 404, code: 20404 });
    }
  });
});

describe("a document that the fake is given", () => {
  const inResponse = (markup: string) => readTwiml(`<?xml version="1.0" encoding="UTF-8"?><Response>${markup}</Response>`);

  it.each([
    ["<Shout>Hello</Shout>", 12200],
    ["<say>Hello</say>", 12200],
    ['<Say loudness="11">Hello</Say>', 12200],
    ["<Say></Say>", 12200],
    [`<Say>${"x".repeat(4097)}</Say>`, 12200],
    ["<Say><Pause/></Say>", 12200],
    ['<Pause length="0"/>', 12200],
    ['<Gather input="voice"/>', 12200],
    ["<Gather><Redirect>https://t.example.com</Redirect></Gather>", 12200],
    ["<Redirect>/relative</Redirect>", 12200],
    ['<Play digits="12">https://t.example.com</Play>', 12200],
    ["<Play/>", 12200],
    ["<Dial/>", 12200],
    ["<Dial>+15550100003</Dial>", 12200],
    ["<Pause/><Reject/>", 12200],
    ["<Connect/>", 12200],
    ["<Connect><Stream/></Connect>", 12200],
    ['<Connect><Stream url="wss://t.example.com" track="both_tracks"/></Connect>', 12200],
    ['<Connect><Stream url="wss://t.example.com"/><Stream url="wss://t.example.com"/></Connect>', 12200],
    ['<Connect><Stream url="wss://t.example.com"><Say>Hello</Say></Stream></Connect>', 12200],
    ['<Stream url="wss://t.example.com"/>', 12200],
    ["text beside verbs", 12200],
    ["<Say>Fish & chips</Say>", 12100],
    ["<Say>&nbsp;</Say>", 12100],
    ["<Say>\u0001</Say>", 12100],
    ["<Say>&#1;</Say>", 12100],
    ['<Say voice="a" voice="b">Hello</Say>', 12100],
    ["<Say>Hello</say>", 12100],
    ["<Say>Hello", 12100],
    ["<Say voice=man>Hello</Say>", 12100],
  ])("is carried out as it is or not at all: %s", (markup, code) => {
    expect(inResponse(markup)).toMatchObject({ fault: { code } });
  });

  it("is refused by status, type and size", () => {
    const body = "<Response><Hangup/></Response>";
    const headers = { "content-type": "text/xml" };
    expect(readDocument({ status: 200, headers, body })).toHaveProperty("verbs");
    expect(readDocument({ status: 500, headers, body })).toMatchObject({ fault: { code: 11200 } });
    expect(readDocument({ status: 200, headers: { "content-type": "text/plain" }, body })).toMatchObject({ fault: { code: 12300 } });
    expect(readDocument({ status: 200, headers, body: " ".repeat(65 * 1024) })).toMatchObject({ fault: { code: 11750 } });
    expect(readTwiml("<Document/>")).toMatchObject({ fault: { code: 12200 } });
    expect(readTwiml(`${body}<Response/>`)).toMatchObject({ fault: { code: 12100 } });
  });

  it("ends the call where it cannot be carried out, and Twilio's debugger says why", async () => {
    await bench.up({ steps: [say("Hello")] });
    bench.fake.faults.always();
    const { carrier } = bench;
    bench.carrier = { ...carrier, render: () => ({ status: 200, headers: { "content-type": "text/html" }, body: "" }) };
    await bench.until(carrier.nudge?.(bench.call, urlsOf("call-1", 1).document, bench.signal) ?? Promise.resolve());
    await bench.settle();
    expect(bench.fake.alerts).toMatchObject([{ code: 12300 }]);
    expect(bench.of("ended")).toMatchObject([{ reason: "failed" }]);
    bench.carrier = carrier;
  });
});

describe("a call over the fake", () => {
  it("is told from its beginning to its end, in order, by signed webhooks", async () => {
    await bench.up();
    bench.party.hangUp();
    await bench.settle();
    const told = bench.webhooks.map(({ body }) => new URLSearchParams(new TextDecoder().decode(body)));
    expect(told.map((fields) => [fields.get("CallStatus"), fields.get("SequenceNumber")])).toEqual([["initiated", "0"], ["ringing", "1"], ["in-progress", "2"], ["completed", "3"]]);
    expect(bench.types()).toEqual(["ringing", "answered", "ended"]);
    expect(new Set(bench.webhooks.map(({ headers }) => headers["i-twilio-idempotency-token"])).size).toBe(4);
  });

  it("listens until somebody answers, by voice or keys, or nobody does", async () => {
    bench.next = [{ steps: [LISTEN], then: "hold" }, { steps: [LISTEN], then: "hold" }, { steps: [HOLD], then: "hold" }];
    await bench.up({ steps: [LISTEN] });
    void bench.party.say("Yes, please");
    await bench.clock.advance(3_000);
    void bench.party.press("42#");
    await bench.clock.advance(3_000);
    await bench.clock.advance(6_000);
    expect(bench.of("answer").map(({ input, turn }) => [input.kind, turn.nonce])).toEqual([["speech", "n1"], ["digits", "n2"]]);
    expect(bench.of("listenEnded").map(({ turn }) => turn.nonce)).toEqual(["n3"]);
  });

  it("waits for the end of a machine's greeting, and gives one verdict", async () => {
    await bench.dial({ machineDetection: true });
    bench.party.answer();
    await bench.settle();
    bench.party.line.soundLike("machine");
    await bench.clock.advance(2_000);
    expect(bench.of("machine")).toEqual([]);
    bench.party.line.soundLike("machine", true);
    await bench.clock.advance(10_000);
    expect(bench.of("machine")).toMatchObject([{ verdict: "machine", greetingEnded: true }]);
  });

  it("presses keys first, which switches machine detection off", async () => {
    await bench.dial({ dialDigits: "12#", machineDetection: true });
    bench.party.answer();
    await bench.clock.advance(3_000);
    bench.party.detect("machine");
    await bench.clock.advance(10_000);
    expect(bench.of("machine")).toEqual([]);
    expect(bench.party.heard()).toEqual([{ kind: "digits", digits: "12#" }]);
  });

  it("rings no longer than it was told, and lasts no longer", async () => {
    await bench.dial({ ringTimeoutMs: 20_000 });
    await bench.clock.advance(21_000);
    expect(bench.of("ended")).toMatchObject([{ reason: "no-answer", cause: "SIP 487" }]);
    await bench.up({ steps: [{ ...HOLD, durationMs: 900_000 } as typeof HOLD] });
    await bench.clock.advance(301_000);
    expect(bench.of("ended").map(({ reason }) => reason)).toEqual(["no-answer", "completed"]);
  });

  it("reaches us with what is known of the caller, and its end is told at the same URL", async () => {
    bench.fake.controls.callUs({ from: THEIRS, to: OURS, callerName: "ADA", attestation: "B" });
    await bench.settle();
    bench.party.hangUp();
    await bench.settle();
    expect(bench.events).toMatchObject([{ type: "incoming", from: THEIRS, to: OURS, callerName: "ADA", attestation: "B" }, { type: "ended", reason: "completed" }]);
    bench.fake.controls.callUs({ from: THEIRS, to: OURS, hidesNumber: true });
    await bench.settle();
    expect(bench.of("incoming").at(-1)).toMatchObject({ from: "", attestation: "none" });
  });
});
