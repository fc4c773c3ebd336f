import { describe, expect, it } from "vitest";
import type { MintedUrl, UrlPurpose } from "@openclaw/telephony-contract";
import { parseWebhook } from "./webhooks.ts";

const NOW = 1_767_323_045_000;
const CALL = "97ceeb52-58b6-11e1-86da-77300b68f8bb";
const REQUEST = "9834029e-58b6-11e1-b8b7-a5bd0e4e126f";
const COMMON = { CallUUID: CALL, From: "15550001111", To: "15550002222", Direction: "outbound", RequestUUID: REQUEST, ALegUUID: CALL, ALegRequestUUID: REQUEST };

const minted = (purpose: UrlPurpose): MintedUrl =>
  purpose === "entry" ? { purpose } : { purpose, callId: "call-1", revision: 3, nonce: "N1", ...(purpose === "transfer" && { stepId: "3-0" }) };

function parse(purpose: UrlPurpose, fields: Record<string, string>, method: "GET" | "POST" = "POST") {
  const form = new URLSearchParams({ ...COMMON, ...fields }).toString();
  const url = `https://voice.example.com/${purpose}/k1`;
  const request = method === "GET" ? { url: `${url}?${form}`, body: new Uint8Array() } : { url, body: new TextEncoder().encode(form) };
  return parseWebhook({ method, headers: {}, ...request }, minted(purpose), NOW);
}

const inbound = (more: Record<string, string> = {}) => parse("entry", { CallStatus: "ringing", Direction: "inbound", Event: "StartApp", ...more });

describe("a call that reaches us (pain-03)", () => {
  it("is told once, with its numbers as E.164, and asks for a document", () => {
    const { events, reply } = inbound();
    expect(reply).toBe("document");
    expect(events).toEqual([
      { type: "incoming", from: "+15550001111", to: "+15550002222", occurredAt: NOW, dedupeKey: `${CALL}:incoming`, carrierIds: [CALL, REQUEST], carrierState: { callUuid: CALL } },
    ]);
  });

  it.each([
    ["15550001111", "+15550001111"],
    ["+15550001111", "+15550001111"],
    [" 442079460000 ", "+442079460000"],
    ["anonymous", ""],
    ["Restricted", ""],
    ["unknown", ""],
    ["", ""],
    ["+", ""],
    ["0000000000", ""],
    ["sip:15550001111@phone.plivo.com", ""],
    ["15550001111@example.com", ""],
    ["1555000111122223333", ""],
  ])("S5: from %j comes from %j", (From, from) => {
    expect(inbound({ From }).events).toMatchObject([{ from }]);
  });

  it.each([
    [{ StirVerification: "Verified", StirAttestation: "A" }, "A"],
    [{ StirVerification: "Not Verified", StirAttestation: "C" }, "C"],
    [{ StirVerification: "Not Verified" }, "none"],
    [{ StirVerification: "Failed", StirAttestation: "A" }, "failed"],
    [{ StirVerification: "Not Applicable" }, undefined],
    [{}, undefined],
  ])("with %o is attested as %s", (fields, attestation) => {
    expect((inbound(fields as Record<string, string>).events[0] as { attestation?: string }).attestation).toBe(attestation);
  });

  it("has the caller's name where that is one", () => {
    expect(inbound({ CallerName: "Ada Lovelace" }).events).toMatchObject([{ callerName: "Ada Lovelace" }]);
    expect(inbound({ CallerName: "+15550001111" }).events[0]).not.toHaveProperty("callerName");
  });

  it("is over where the same URL is told so", () => {
    const { events, reply } = inbound({ CallStatus: "completed", Event: "Hangup", HangupCauseCode: "4000", HangupSource: "Caller" });
    expect(reply).toBe("acknowledge");
    expect(events).toMatchObject([{ type: "ended", reason: "completed", by: "caller" }]);
  });
});

describe("the life of a call", () => {
  it.each([
    ["ringing", "ringing"],
    ["in-progress", "answered"],
  ])("%s is %s", (CallStatus, type) => {
    expect(parse("status", { CallStatus, Event: "Ring" })).toEqual({
      events: [expect.objectContaining({ type, callId: "call-1", dedupeKey: `${CALL}:${type}`, carrierIds: [CALL, REQUEST], carrierState: { callUuid: CALL } })],
      reply: "acknowledge",
    });
  });

  it.each([
    [{ CallStatus: "completed", HangupCauseCode: "4000" }, "completed"],
    [{ CallStatus: "completed", HangupCauseCode: "4010" }, "completed"],
    [{ CallStatus: "completed", HangupCauseCode: "1000" }, "completed"],
    [{ CallStatus: "completed", HangupCauseCode: "4030" }, "completed"],
    [{ CallStatus: "no-answer", HangupCauseCode: "4000" }, "no-answer"],
    [{ CallStatus: "completed", HangupCauseCode: "9100" }, "voicemail"],
    [{ CallStatus: "busy", HangupCauseCode: "3010" }, "busy"],
    [{ CallStatus: "failed", HangupCauseCode: "3020" }, "rejected"],
    [{ CallStatus: "no-answer", HangupCauseCode: "3000" }, "no-answer"],
    [{ CallStatus: "timeout", HangupCauseCode: "6010" }, "no-answer"],
    [{ CallStatus: "timeout" }, "no-answer"],
    [{ CallStatus: "cancel", HangupCauseCode: "1000" }, "canceled"],
    [{ CallStatus: "cancel" }, "canceled"],
    [{ CallStatus: "failed", HangupCauseCode: "1000" }, "canceled"],
    [{ CallStatus: "failed", HangupCauseCode: "5030" }, "failed"],
    [{ CallStatus: "failed", HangupCauseCode: "constructor" }, "failed"],
    [{ CallStatus: "busy" }, "busy"],
  ])("%o ends as %s", (fields, reason) => {
    expect(parse("status", { ...fields, Event: "Hangup" }).events).toMatchObject([{ type: "ended", reason, dedupeKey: `${CALL}:ended` }]);
  });

  it.each([
    ["Caller", "caller"],
    ["Call recipient", "callee"],
    ["API Request", "us"],
    ["Answer XML", "us"],
    ["Carrier", "carrier"],
    ["Unknown", undefined],
  ])("was ended by %s: %s", (HangupSource, by) => {
    const [ended] = parse("status", { CallStatus: "completed", HangupSource, HangupCauseCode: "4000", HangupCauseName: "Normal Hangup" }).events;
    expect(ended).toMatchObject({ cause: "4000 Normal Hangup" });
    expect((ended as { by?: string }).by).toBe(by);
  });

  it.each([
    ["true", "machine"],
    ["false", "human"],
  ])("Machine=%s is the verdict %s", (Machine, verdict) => {
    expect(parse("machine", { Machine, Event: "MachineDetection", CallStatus: "in-progress" })).toMatchObject({ events: [{ type: "machine", verdict }], reply: "acknowledge" });
  });

  it.each<[UrlPurpose, Record<string, string>]>([
    ["status", { CallStatus: "from-the-future" }],
    ["status", { CallStatus: "toString" }],
    ["status", {}],
    ["machine", { Machine: "perhaps" }],
    ["recording", { RecordUrl: "https://example.com" }],
    ["media", { Event: "DegradedStream", StreamID: "20170ada" }],
    ["media", { Event: "toString" }],
    ["media", {}],
    ["entry", { CallStatus: "from-the-future" }],
  ])("what is not known is no event: %s %o", (purpose, fields) => {
    expect(parse(purpose, fields)).toEqual({ events: [], reply: "acknowledge" });
  });

  it.each([
    ["StartStream", "started"],
    ["started", "started"],
    ["StopStream", "stopped"],
    ["stopped", "stopped"],
    ["DroppedStream", "failed"],
    ["failed", "failed"],
  ])("a stream's %s is told once for each stream as %s", (Event, state) => {
    const told = (StreamID: string) => parse("media", { Event, StreamID, ServiceURL: "wss://voice.example.com/stream/t0ken" });
    const { events, reply } = told("20170ada-58b6");
    expect(reply).toBe("acknowledge");
    expect(events).toMatchObject([{ type: "media", state, callId: "call-1", carrierIds: [CALL, REQUEST], dedupeKey: `${CALL}:media:${state}:20170ada-58b6` }]);
    expect(events).toEqual(told("20170ada-58b6").events);
    expect(told("20170ada-58b7").events[0]?.dedupeKey).not.toBe(events[0]?.dedupeKey);
    expect(JSON.stringify(events)).not.toContain("t0ken");
  });

  it("an id that could lead elsewhere is none", () => {
    expect(parse("status", { CallUUID: "../Request", ALegUUID: "", CallStatus: "ringing" })).toEqual({ events: [], reply: "acknowledge" });
    expect(parse("document", { CallUUID: "", ALegUUID: "a/b", CallStatus: "in-progress" })).toEqual({ events: [], reply: "document" });
  });
});

describe("a fetch", () => {
  it("for the first document says that the call was answered", () => {
    expect(parse("document", { CallStatus: "in-progress", Event: "StartApp" })).toMatchObject({ events: [{ type: "answered" }], reply: "document" });
  });

  it.each(["POST", "GET"] as const)("with speech is the answer of its turn, by %s", (method) => {
    const { events, reply } = parse("document", { CallStatus: "in-progress", InputType: "speech", Speech: "Olá, sim & não", SpeechConfidenceScore: "0.93", Digits: "" }, method);
    expect(reply).toBe("document");
    expect(events).toEqual([
      expect.objectContaining({ type: "answer", turn: { nonce: "N1", proof: "echoed" }, input: { kind: "speech", text: "Olá, sim & não", confidence: 0.93 } }),
    ]);
  });

  it("with keys is the answer of its turn (pain-10)", () => {
    const { events } = parse("document", { CallStatus: "in-progress", InputType: "dtmf", Digits: "42", Speech: "" });
    expect(events).toMatchObject([{ type: "answer", input: { kind: "digits", digits: "42" } }]);
  });

  it("with input that is empty, or after the last document was run through, ends the listening", () => {
    const listenEnded = { type: "listenEnded", outcome: "no-input", turn: { nonce: "N1", proof: "echoed" } };
    expect(parse("document", { CallStatus: "in-progress", InputType: "dtmf", Digits: "" })).toMatchObject({ events: [listenEnded], reply: "document" });
    expect(parse("continuation", { CallStatus: "in-progress" })).toMatchObject({ events: [listenEnded], reply: "document" });
  });

  it("of a call that is over asks for nothing", () => {
    expect(parse("document", { CallStatus: "completed", Event: "Hangup" })).toMatchObject({ events: [{ type: "ended" }], reply: "acknowledge" });
  });

  it("S2: that comes again has the same keys, and another answer another one, none of which tells what was said", () => {
    const key = (Speech: string) => parse("document", { CallStatus: "in-progress", InputType: "speech", Speech }).events[0]?.dedupeKey ?? "";
    expect(key("swordfish")).toBe(key("swordfish"));
    expect(key("swordfish")).not.toBe(key("marlin"));
    expect(key("swordfish")).not.toContain("swordfish");
  });

  it("without a confidence that makes sense has none", () => {
    for (const SpeechConfidenceScore of ["", "high", "7"]) {
      const { events } = parse("document", { CallStatus: "in-progress", InputType: "speech", Speech: "Yes", SpeechConfidenceScore });
      expect(events).toMatchObject([{ input: { kind: "speech", text: "Yes" } }]);
      expect((events[0] as { input: object }).input).not.toHaveProperty("confidence");
    }
  });
});

describe("a transfer", () => {
  it("has succeeded when the other party answered, which is told once though Plivo says it several times", () => {
    const told = [
      parse("transfer", { DialAction: "answer", CallStatus: "in-progress" }),
      parse("transfer", { DialAction: "connected", CallStatus: "in-progress" }),
      parse("transfer", { DialStatus: "completed", CallStatus: "in-progress" }),
    ];
    for (const { events } of told) expect(events).toMatchObject([{ type: "transfer", state: "transferred", stepId: "3-0", dedupeKey: `${CALL}:transferred` }]);
    expect(told.map(({ reply }) => reply)).toEqual(["acknowledge", "acknowledge", "document"]);
  });

  it.each(["busy", "failed", "cancel", "timeout", "no-answer"])("that ended as %s comes back, and asks what is next", (DialStatus) => {
    expect(parse("transfer", { DialStatus, CallStatus: "in-progress" })).toMatchObject({ events: [{ type: "transfer", state: "back", stepId: "3-0", detail: DialStatus }], reply: "document" });
  });

  it("whose caller hung up meanwhile neither succeeded nor came back", () => {
    expect(parse("transfer", { DialStatus: "cancel", CallStatus: "completed" })).toEqual({ events: [], reply: "acknowledge" });
  });

  it("is found by the caller's leg, whichever leg tells of it", () => {
    for (const CallUUID of ["", "other-leg"]) {
      const { events } = parse("transfer", { CallUUID, ALegUUID: "", DialALegUUID: CALL, DialBLegUUID: "other-leg", DialAction: "answer" });
      expect(events).toMatchObject([{ carrierIds: [CALL, REQUEST], carrierState: { callUuid: CALL } }]);
    }
  });

  it.each(["hangup", "digits"])("says nothing by %s", (DialAction) => {
    expect(parse("transfer", { DialAction })).toEqual({ events: [], reply: "acknowledge" });
  });
});
