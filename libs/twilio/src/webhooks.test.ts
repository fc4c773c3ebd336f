import { describe, expect, it } from "vitest";
import type { MintedUrl, UrlPurpose } from "@openclaw/telephony-contract";
import { parseWebhook } from "./webhooks.ts";

const RECEIVED = Date.UTC(2026, 0, 2, 4);
const HAPPENED = Date.UTC(2026, 0, 2, 3, 4, 47);
const CALL = { CallSid: "CA00000000000000000000000000000001", AccountSid: "AC00000000000000000000000000000001", From: "+15550001111", To: "+15550002222", ApiVersion: "2010-04-01" };
const PROGRESS = { ...CALL, Direction: "outbound-api", Timestamp: "Fri, 02 Jan 2026 03:04:47 +0000", CallbackSource: "call-progress-events" };
const BASE = { carrierIds: [CALL.CallSid], callId: "call-1", occurredAt: RECEIVED };
const MINTED = { callId: "call-1", revision: 3, nonce: "n3", stepId: "3-0" };

function parse(purpose: UrlPurpose, fields: Record<string, string>, method = "POST") {
  const form = new URLSearchParams(fields).toString();
  const url = `https://telephone.example.com/voice/${purpose}${method === "GET" ? `?${form}` : ""}`;
  const minted: MintedUrl = purpose === "entry" ? { purpose } : { purpose, ...MINTED };
  return parseWebhook({ method, url, headers: {}, body: new TextEncoder().encode(method === "GET" ? "" : form) }, minted, () => RECEIVED);
}
const only = (purpose: UrlPurpose, fields: Record<string, string>) => parse(purpose, fields).events[0];

describe("the progress of a call", () => {
  it.each([
    ["queued", undefined],
    ["initiated", undefined],
    ["ringing", { type: "ringing" }],
    ["in-progress", { type: "answered" }],
    ["completed", { type: "ended", reason: "completed" }],
    ["busy", { type: "ended", reason: "busy" }],
    ["no-answer", { type: "ended", reason: "no-answer" }],
    ["canceled", { type: "ended", reason: "canceled" }],
    ["failed", { type: "ended", reason: "failed" }],
    ["teleported", undefined],
    ["constructor", undefined],
  ])("%s", (CallStatus, expected) => {
    const { events, reply } = parse("status", { ...PROGRESS, CallStatus, SequenceNumber: "2" });
    expect(reply).toBe("acknowledge");
    expect(events).toEqual(expected ? [{ ...BASE, ...expected, occurredAt: HAPPENED, order: 2, dedupeKey: `${CALL.CallSid}:call-progress-events:2` }] : []);
  });

  it("is told apart by its number, and by its state where it has none", () => {
    const key = (more: Record<string, string>) => only("status", { ...CALL, CallStatus: "ringing", ...more })?.dedupeKey;
    expect(key({ CallbackSource: "call-progress-events", SequenceNumber: "1" })).not.toBe(key({ CallbackSource: "call-progress-events", SequenceNumber: "2" }));
    expect(key({})).toBe(`${CALL.CallSid}:ringing`);
  });

  it("brings the attestation of our number, and what SIP said at the end", () => {
    expect(only("status", { ...PROGRESS, CallStatus: "ringing", StirStatus: "B" })).toMatchObject({ type: "ringing", attestation: "B" });
    expect(only("status", { ...PROGRESS, CallStatus: "in-progress", StirStatus: "null" })).not.toHaveProperty("attestation");
    expect(only("status", { ...PROGRESS, CallStatus: "no-answer", SipResponseCode: "487" })).toMatchObject({ cause: "SIP 487" });
  });

  it("has the time of receipt where Twilio gives none that can be read", () => {
    expect(only("status", { ...PROGRESS, Timestamp: "yesterday", CallStatus: "ringing" })).toMatchObject({ occurredAt: RECEIVED });
  });
});

describe("a call that reaches us", () => {
  const INCOMING = { ...CALL, CallStatus: "ringing", Direction: "inbound", CallerName: "", StirVerstat: "TN-Validation-Passed-A" };

  it("is told with its numbers and asks for a document, by POST and by GET", () => {
    const incoming = { type: "incoming", from: "+15550001111", to: "+15550002222", attestation: "A", occurredAt: RECEIVED, dedupeKey: `${CALL.CallSid}:incoming`, carrierIds: [CALL.CallSid] };
    for (const method of ["POST", "GET"]) expect(parse("entry", INCOMING, method)).toEqual({ events: [incoming], reply: "document" });
    expect(only("entry", { ...INCOMING, CallerName: "ADA" })).toMatchObject({ callerName: "ADA" });
  });

  it.each([
    ["TN-Validation-Passed-A", "A"],
    ["TN-Validation-Passed-B-Diverted", "B"],
    ["TN-Validation-Passed-C-Passthrough", "C"],
    ["TN-Validation-Passed-AB", undefined],
    ["TN-Validation-Failed", "failed"],
    ["TN-Validation-Failed-B", "failed"],
    ["No-TN-Validation", "none"],
    ["No-TN-Validation-Diverted", "none"],
    ["NULL", undefined],
    ["", undefined],
  ])("with the attestation %s", (StirVerstat, attestation) => {
    expect((only("entry", { ...INCOMING, StirVerstat }) as { attestation?: string }).attestation).toBe(attestation);
  });

  it.each(["anonymous", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "restricted", "", "+", "+0123", "sip:+15550001111@example.com", "client:ada", "15550001111", "+1555000111122223333"])(
    "from %s hides its number",
    (From) => expect(only("entry", { ...INCOMING, From })).toMatchObject({ from: "" }),
  );

  it("ends at the same URL where the number's status callback points there", () => {
    const over = { ...PROGRESS, Direction: "inbound", CallStatus: "completed", SequenceNumber: "0" };
    expect(parse("entry", over)).toMatchObject({ events: [{ type: "ended", reason: "completed" }], reply: "acknowledge" });
    expect(parse("entry", { ...CALL, Direction: "inbound", CallStatus: "completed" })).toMatchObject({ events: [{ type: "ended" }], reply: "acknowledge" });
  });

  it("is none where it is a call of ours", () => {
    expect(parse("entry", { ...INCOMING, Direction: "outbound-api" })).toEqual({ events: [], reply: "acknowledge" });
  });
});

describe("what a caller answers", () => {
  const turn = { nonce: "n3", proof: "echoed" };
  const HEARD = { ...CALL, CallStatus: "in-progress", Direction: "inbound" };

  it("brings its turn's nonce, from the URL", () => {
    const { events, reply } = parse("document", { ...HEARD, SpeechResult: "yes please", Confidence: "0.9128386", Language: "en-US" });
    expect(reply).toBe("document");
    expect(events).toEqual([{ ...BASE, type: "answer", turn, input: { kind: "speech", text: "yes please", confidence: 0.9128386 }, dedupeKey: expect.stringMatching(/:answer:[\w-]{16}$/) as string }]);
    expect(only("document", { ...HEARD, Digits: "42" })).toMatchObject({ turn, input: { kind: "digits", digits: "42" } });
  });

  it.each(["", "high", "-1", "2"])("has no confidence where Twilio says %s", (Confidence) => {
    expect(only("document", { ...HEARD, SpeechResult: "yes", Confidence })).toMatchObject({ input: { kind: "speech", text: "yes" } });
    expect((only("document", { ...HEARD, SpeechResult: "yes", Confidence }) as { input: object }).input).not.toHaveProperty("confidence");
  });

  it("does not stand in its deduplication key", () => {
    expect(only("document", { ...HEARD, SpeechResult: "swordfish" })?.dedupeKey).not.toContain("swordfish");
  });

  it.each([{}, { Digits: "" }, { SpeechResult: "" }])("is nothing in a plain fetch: %o", (more) => {
    expect(parse("document", { ...HEARD, ...more })).toEqual({ events: [], reply: "document" });
  });

  it("is silence where the document was run through", () => {
    expect(parse("continuation", HEARD)).toEqual({ events: [{ ...BASE, type: "listenEnded", turn, outcome: "no-input", dedupeKey: `${CALL.CallSid}:no-input` }], reply: "document" });
  });
});

describe("the verdict of machine detection", () => {
  it.each([
    ["human", { verdict: "human" }],
    ["machine_start", { verdict: "machine", greetingEnded: false }],
    ["machine_end_beep", { verdict: "machine", greetingEnded: true }],
    ["machine_end_silence", { verdict: "machine", greetingEnded: true }],
    ["machine_end_other", { verdict: "machine", greetingEnded: true }],
    ["fax", { verdict: "fax" }],
    ["unknown", { verdict: "unsure" }],
    ["toaster", undefined],
    ["toString", undefined],
  ])("%s", (AnsweredBy, expected) => {
    const { events } = parse("machine", { CallSid: CALL.CallSid, AnsweredBy, MachineDetectionDuration: "4000" });
    expect(events).toEqual(expected ? [{ ...BASE, type: "machine", ...expected, dedupeKey: `${CALL.CallSid}:machine:${AnsweredBy}` }] : []);
  });
});

describe("the end of a transfer", () => {
  const CHILD = "CA00000000000000000000000000000009";

  it("is told once, whether the target's answer or the end of the talk comes first", () => {
    const answered = parse("transfer", { ...PROGRESS, CallSid: CHILD, ParentCallSid: CALL.CallSid, CallStatus: "in-progress", SequenceNumber: "2" });
    const over = parse("transfer", { ...CALL, CallStatus: "in-progress", DialCallStatus: "completed", DialCallSid: CHILD });
    for (const { events, reply, acknowledgement } of [answered, over]) {
      expect(events).toMatchObject([{ type: "transfer", stepId: "3-0", state: "transferred", carrierIds: [CALL.CallSid], dedupeKey: `${CALL.CallSid}:transferred` }]);
      expect([reply, acknowledgement?.body]).toEqual(["acknowledge", expect.stringContaining("<Hangup/>")]);
    }
  });

  it.each(["busy", "no-answer", "failed", "canceled", "unheard-of"])("%s brings the call back", (DialCallStatus) => {
    expect(parse("transfer", { ...CALL, CallStatus: "in-progress", DialCallStatus })).toMatchObject({ events: [{ type: "transfer", stepId: "3-0", state: "back", detail: DialCallStatus }], reply: "document" });
  });

  it("is nothing where the caller has hung up meanwhile, or nothing is known", () => {
    for (const fields of [{ ...CALL, CallStatus: "completed", DialCallStatus: "canceled" }, { ...CALL, CallStatus: "ringing" }, {}])
      expect(parse("transfer", fields as Record<string, string>)).toMatchObject({ events: [], reply: "acknowledge" });
  });
});

describe("a recording", () => {
  const RECORDING = { ...CALL, RecordingSid: "RE1", RecordingUrl: "https://api.twilio.com/RE1", RecordingDuration: "12" };

  it.each([
    ["in-progress", "started"],
    ["completed", "saved"],
    ["absent", "failed"],
    ["unheard-of", undefined],
  ])("%s", (RecordingStatus, state) => {
    const { events } = parse("recording", { ...RECORDING, RecordingStatus });
    expect(events).toMatchObject(state ? [{ type: "recording", state, recordingId: "RE1", url: "https://api.twilio.com/RE1", durationMs: 12_000, dedupeKey: `${CALL.CallSid}:recording:RE1:${RecordingStatus}` }] : []);
  });
});

describe("reports about streams", () => {
  const report = (StreamEvent: string, more: Record<string, string> = {}) => parse("media", { ...CALL, StreamSid: "MZ1", StreamEvent, ...more });

  it.each([["stream-started", "started"], ["stream-stopped", "stopped"], ["stream-error", "failed"]])("say that one has %s", (happened, state) => {
    const { events, reply } = report(happened, { Timestamp: "2026-01-02T03:04:05.000Z" });
    expect(reply).toBe("acknowledge");
    expect(events).toMatchObject([{ type: "media", state, occurredAt: Date.UTC(2026, 0, 2, 3, 4, 5), dedupeKey: `${CALL.CallSid}:media:MZ1:${happened}` }]);
  });

  it("say why one failed, without our URL and the token in it", () => {
    expect(report("stream-error", { StreamError: "31920 handshake with wss://t.example.com/stream/token1 failed" }).events).toMatchObject([{ detail: "31920 handshake with (a URL) failed" }]);
  });

  it.each(["stream-paused", "constructor", ""])("are no event where they say %s", (happened) => {
    expect(report(happened)).toEqual({ events: [], reply: "acknowledge" });
  });
});

it.each<UrlPurpose>(["entry", "status", "machine", "recording", "media"])("what names no call is no event at the URL for %s", (purpose) => {
  for (const CallSid of ["", "CA", "nonsense", "CA 1"]) expect(parse(purpose, { ...PROGRESS, CallSid, CallStatus: "completed", AnsweredBy: "human", RecordingStatus: "completed" })).toEqual({ events: [], reply: "acknowledge" });
});
