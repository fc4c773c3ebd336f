import plivo from "plivo";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OURS, THEIRS, openBench, urlsOf, type Bench } from "../test/bench.ts";
import { ACCOUNT, FakePlivo } from "./index.ts";
import { WebhookMaker } from "./webhook.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const urls = urlsOf("k1");
const ENTRY = "https://voice.example.com/entry";
const response = (inside: string) => `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;
const to = (url: string) => bench.webhooks.filter((webhook) => webhook.url === url).map(({ fields }) => fields);
const ending = () => to(urls.status).find((fields) => fields.get("Event") === "Hangup");

/** A call that was answered and goes through this document. */
async function answered(document: string, more: Parameters<Bench["request"]>[0] = {}): Promise<void> {
  bench.documents.set(urls.document, document);
  await bench.carrier.dial(bench.request(more));
  await bench.clock.advance(1);
  bench.party.answer();
  await bench.clock.advance(1_000);
}

describe("the fake's webhooks", () => {
  it.each(["POST", "GET"] as const)("are signed so that Plivo's SDK accepts them, by %s", (method) => {
    const { url, headers, body } = new WebhookMaker(ACCOUNT.authToken).make({ url: "https://voice.example.com:8443/a?x=1", method }, { Speech: "Olá & bye", From: "15550100001", Empty: "", Absent: undefined });
    const parameters = method === "POST" ? Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body))) : {};
    const nonce = headers["x-plivo-signature-v3-nonce"] ?? "";
    for (const name of ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"]) {
      const accepted = (headers[name] ?? "").split(", ").filter((one) => plivo.validateV3Signature(method, url, nonce, ACCOUNT.authToken, one, parameters));
      expect(accepted, name).toHaveLength(1);
    }
    expect(plivo.validateSignature(url, headers["x-plivo-signature-v2-nonce"] ?? "", headers["x-plivo-signature-v2"] ?? "", ACCOUNT.authToken)).toBe(true);
  });

  it("tell the life of a call in order, each with a nonce of its own", async () => {
    await answered(response('<Speak>Hello.</Speak><Wait length="600"/>'));
    bench.party.hangUp();
    await bench.clock.settle();
    expect(bench.webhooks.map(({ url, fields }) => [url, fields.get("CallStatus"), fields.get("Event")])).toEqual([
      [urls.status, "ringing", "Ring"],
      [urls.document, "in-progress", "StartApp"],
      [urls.status, "completed", "Hangup"],
    ]);
    expect(Object.fromEntries(ending() ?? [])).toMatchObject({ From: "15550100001", To: "15550100002", HangupCauseCode: "4000", HangupSource: "Call recipient", Duration: "1" });
    expect(bench.party.heard()).toEqual([{ kind: "say", text: "Hello." }]);
  });

  it("that come twice, with another nonce, are the same happening to the carrier (S2)", async () => {
    const seen: { readonly replayKey: string; readonly dedupeKey: string | undefined }[] = [];
    bench.onWebhook = (request) => {
      const verdict = bench.carrier.verify?.(request);
      if (!verdict?.ok || !request.url.includes("/status/")) return;
      const { events = [] } = bench.carrier.parse?.(verdict.signed, { purpose: "status", callId: "call-1" }) ?? {};
      seen.push({ replayKey: verdict.replayKey, dedupeKey: events[0]?.dedupeKey });
    };
    bench.fake.courier.disorder = { duplicate: true };
    await bench.placed();
    bench.party.busy();
    await bench.clock.settle();
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map(({ replayKey }) => replayKey)).size).toBe(4);
    expect(new Set(seen.map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
  });

  it.each([
    ["busy", () => bench.party.busy(), "busy", "3010"],
    ["declined", () => bench.party.hangUp(), "failed", "3020"],
    ["not answered", () => bench.clock.advance(30_000), "timeout", "6010"],
  ] as const)("tell of a call that was %s", async (_what, happen, status, code) => {
    await bench.placed();
    await happen();
    await bench.clock.settle();
    expect([ending()?.get("CallStatus"), ending()?.get("HangupCauseCode")]).toEqual([status, code]);
  });

  it("tell one verdict about who answered, where that was asked for", async () => {
    await answered(response('<Wait length="600"/>'), { machineDetection: true });
    bench.party.line.soundLike("machine");
    bench.party.line.soundLike("machine", true);
    await bench.clock.settle();
    expect(to(urls.machine).map((fields) => [fields.get("Machine"), fields.get("Event")])).toEqual([["true", "MachineDetection"]]);
  });

  it("end a call that lasts too long", async () => {
    await answered(response('<Wait length="600"/>'), { maxDurationMs: 60_000 });
    await bench.clock.advance(60_000);
    expect(ending()?.get("HangupSource")).toBe("Plivo");
  });
});

describe("the fake's inbound calls", () => {
  it("ask the application's URL, are answered by its document, and end there", async () => {
    bench.documents.set(ENTRY, response("<Speak>Welcome.</Speak><Hangup/>"));
    bench.fake.controls.callUs({ from: THEIRS, to: OURS, callerName: "Ada", attestation: "B" });
    await bench.clock.advance(1);
    const [asked, ended] = to(ENTRY);
    expect(Object.fromEntries(asked ?? [])).toMatchObject({ From: "15550100002", To: "15550100001", CallStatus: "ringing", Direction: "inbound", Event: "StartApp", CallerName: "Ada", StirAttestation: "B" });
    expect(Object.fromEntries(ended ?? [])).toMatchObject({ CallStatus: "completed", Event: "Hangup" });
    expect(bench.party.heard()).toEqual([{ kind: "say", text: "Welcome." }]);
  });

  it("hide the number of who hides it", async () => {
    bench.fake.controls.callUs({ from: THEIRS, to: OURS, hidesNumber: true });
    await bench.clock.settle();
    expect(to(ENTRY)[0]?.get("From")).toBe("anonymous");
  });

  it.each([
    ["rejected", "3020"],
    ["busy", "3010"],
  ])("are refused as %s before they are answered", async (reason, code) => {
    bench.documents.set(ENTRY, response(`<Hangup reason="${reason}"/>`));
    bench.fake.controls.callUs({ from: THEIRS, to: OURS });
    await bench.clock.settle();
    expect(to(ENTRY)[1]?.get("HangupCauseCode")).toBe(code);
    expect(bench.party.heard()).toEqual([]);
  });
});

describe("the fake's documents", () => {
  it("are gone through: play, keys, input by speech and by keys, redirect, hang up", async () => {
    const listen = (type: string, attributes = "") => `<GetInput action="https://voice.example.com/heard" inputType="${type}" executionTimeout="5" ${attributes}><Speak>Yes?</Speak></GetInput>`;
    bench.documents.set("https://voice.example.com/next", response(listen("dtmf speech", 'finishOnKey="*"')));
    bench.documents.set("https://voice.example.com/heard", response("<Hangup/>"));
    await answered(response('<Play>https://voice.example.com/a.mp3</Play><DTMF async="false">1w2</DTMF><Redirect>https://voice.example.com/next</Redirect>'));
    await bench.clock.advance(4_000);
    void bench.party.press("42*");
    await bench.clock.advance(3_000);
    expect(Object.fromEntries(to("https://voice.example.com/heard")[0] ?? [])).toMatchObject({ InputType: "dtmf", Digits: "42", CallStatus: "in-progress" });
    expect(bench.party.heard().map(({ kind }) => kind)).toEqual(["play", "digits", "say"]);
    expect(ending()?.get("HangupSource")).toBe("Answer XML");
  });

  it("go on behind input that did not come, and end where nothing follows", async () => {
    await answered(response('<GetInput action="https://voice.example.com/heard" inputType="speech" executionTimeout="5"/><Speak>Nobody.</Speak>'));
    await bench.clock.advance(5_000);
    expect(to("https://voice.example.com/heard")).toEqual([]);
    expect(bench.party.heard()).toEqual([{ kind: "say", text: "Nobody." }]);
    expect(ending()?.get("HangupCauseCode")).toBe("4010");
  });

  it("report input without leaving where that is asked for", async () => {
    await answered(response('<GetInput action="https://voice.example.com/heard" inputType="speech" redirect="false"/><Speak>Thanks.</Speak>'));
    void bench.party.say("Yes, please");
    await bench.clock.advance(3_000);
    expect(to("https://voice.example.com/heard")[0]?.get("Speech")).toBe("Yes, please");
    expect(bench.party.heard()).toEqual([{ kind: "say", text: "Thanks." }]);
  });

  it.each([
    ["no XML", "Hello"],
    ["an empty body", ""],
    ["another root", "<Answer/>"],
    ["an element that is not closed", "<Response><Speak>Hello</Response>"],
    ["another vendor's element", response("<Say>Hello</Say>")],
    ["another spelling", response("<speak>Hello</speak>")],
    ["an attribute that is not known", response('<Speak volume="11">Hello</Speak>')],
    ["an attribute twice", response('<Wait length="1" length="2"/>')],
    ["a wrong value", response('<Wait length="0"/>')],
    ["a time-out outside of its range", response('<GetInput action="https://voice.example.com/x" inputType="speech" speechEndTimeout="1"/>')],
    ["a missing attribute", response('<GetInput inputType="speech"/>')],
    ["a wrong child", response('<GetInput action="https://voice.example.com/x" inputType="speech"><Hangup/></GetInput>')],
    ["an ampersand that begins nothing", response("<Speak>You & me</Speak>")],
    ["a character that XML forbids", response("<Speak>\u0007</Speak>")],
    ["keys that do not exist", response("<DTMF>1A</DTMF>")],
    ["a text that is too long", response(`<Speak>${"x".repeat(3_001)}</Speak>`)],
    ["100 KB", response(`<Speak>x</Speak>${" ".repeat(100_000)}`)],
    ["something behind the root", `${response("<Hangup/>")}<Response/>`],
  ])("end the call where they are not Plivo's: %s", async (_what, document) => {
    await answered(document);
    expect([bench.party.state(), ending()?.get("HangupCauseCode")]).toEqual(["ended", "8011"]);
    expect(bench.party.heard()).toEqual([]);
  });

  it("that are empty end the call, as one that was gone through", async () => {
    await answered(response(""));
    expect(ending()?.get("HangupCauseCode")).toBe("4010");
  });

  it("that lead back to themselves end the call", async () => {
    await answered(response(`<Redirect>${urls.document}</Redirect>`));
    expect(ending()?.get("HangupCauseCode")).toBe("8011");
  });

  it("are asked for three times, then at the fallback URL, and without one the call ends", async () => {
    const asked: string[] = [];
    const refuse = ({ url }: { readonly url: string }) => {
      asked.push(url);
      return Promise.resolve({ status: 502, headers: {}, body: "" });
    };
    const { clock, log, party } = bench;
    const fake = new FakePlivo({ account: ACCOUNT, clock, log, entryUrl: ENTRY, party: () => party, deliver: refuse });
    const authorization = `Basic ${Buffer.from(`${ACCOUNT.authId}:${ACCOUNT.authToken}`).toString("base64")}`;
    const body = JSON.stringify({ from: "15550100001", to: "15550100002", answer_url: ENTRY, fallback_url: `${ENTRY}/fallback` });
    const headers = { authorization, "content-type": "application/json" };
    await fake.service.handle(new Request(`https://api.plivo.com/v1/Account/${ACCOUNT.authId}/Call/`, { method: "POST", headers, body }));
    await clock.advance(1);
    party.answer();
    await clock.advance(20_000);
    expect(asked.slice(0, 6)).toEqual([ENTRY, ENTRY, ENTRY, `${ENTRY}/fallback`, `${ENTRY}/fallback`, `${ENTRY}/fallback`]);
    expect(party.state()).toBe("ended");
    fake.close();
  });
});

describe("the fake's transfers", () => {
  const dial = (number: string) => response(`<Dial action="${urls.transfer}" callbackUrl="${urls.transfer}" timeout="20"><Number>${number}</Number></Dial>`);

  it("tell that the other party answered", async () => {
    await answered(dial("15550100003"));
    expect(to(urls.transfer).map((fields) => fields.get("DialAction"))).toEqual(["answer", "connected"]);
  });

  it.each([
    ["15550100486", "busy"],
    ["15550100408", "no-answer"],
    ["15550100603", "failed"],
  ])("ask what is next where %s did not take it: %s", async (number, status) => {
    bench.documents.set(urls.transfer, response("<Speak>Nobody is there.</Speak><Wait/>"));
    await answered(dial(number));
    await bench.clock.advance(20_000);
    expect(to(urls.transfer).map((fields) => fields.get("DialStatus"))).toEqual([status]);
    expect(bench.party.heard()).toEqual([{ kind: "say", text: "Nobody is there." }]);
  });
});
