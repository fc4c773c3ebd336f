import { describe, expect, it } from "vitest";
import { writeLegState, type LegState } from "./leg-state.ts";
import { eventsOf, readWebhook } from "./webhooks.ts";

const STATE: LegState = { callId: "call-1", nonce: "nonce1", activity: "idle" };
const at = (activity: LegState["activity"], more: Partial<LegState> = {}): LegState => ({ ...STATE, activity, stepId: "step-1", ...more });
/** What others might keep in a leg. */
const FOREIGN = [
  { callId: "a", nonce: "b", activity: "fly" },
  { callId: "a", nonce: "b" },
  { callId: 1, nonce: "b", activity: "idle" },
  { callId: "a", activity: "idle" },
  { callId: "a", nonce: "b", activity: "say", stepId: 7 },
  { callId: "a", nonce: "b", activity: "say", stepId: null },
];
const TURN = { nonce: "nonce1", proof: "leg-state" };

/** What a webhook says, without what every event has. */
function read(type: string, payload: Record<string, unknown> = {}, state?: LegState, data: Record<string, unknown> = {}) {
  const full = { call_control_id: "v3:own", client_state: state ? writeLegState(state) : null, ...payload };
  const body = JSON.stringify({ data: { record_type: "event", event_type: type, id: "e1", occurred_at: "2026-01-02T03:04:05.678901Z", payload: full, ...data }, meta: { attempt: 1 } });
  const webhook = readWebhook({ method: "POST", url: "", headers: { "telnyx-timestamp": "1767323000" }, body: new TextEncoder().encode(body) });
  return webhook ? eventsOf(webhook) : [];
}

describe("every event", () => {
  it("says when, of which call, and is known again by the carrier's id", () => {
    expect(read("call.answered", {}, at("dial"))).toEqual([
      { type: "answered", occurredAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678), dedupeKey: "e1", carrierIds: ["v3:own"], callId: "call-1" },
    ]);
  });

  it("happened when it was sent, where it does not say when", () => {
    expect(read("call.answered", {}, at("dial"), { occurred_at: "yesterday" })).toMatchObject([{ occurredAt: 1767323000_000 }]);
  });

  it.each([
    ["without an id", { id: undefined }],
    ["without a leg", { payload: {} }],
    ["of no type", { event_type: 7 }],
    ["with a payload that is a text", { payload: "call_control_id" }],
  ])("%s is none", (_, data) => {
    expect(read("call.answered", {}, at("dial"), data)).toEqual([]);
  });

  it.each(["toString", "__proto__", "call.from.the.future", "call.cost", "call.hold", "call.speak.started", "call.playback.started", "call.fork.started", "call.recording.saved", "call.machine.premium.detection.ended"])("named %s says nothing", (type) => {
    expect(read(type, {}, at("say"))).toEqual([]);
  });

  it("does not take somebody else's client_state for ours", () => {
    for (const text of ["aGVsbG8=", "!!!", "e30=", "W10=", "bnVsbA==", "x".repeat(5000), ...FOREIGN.map((state) => Buffer.from(JSON.stringify(state)).toString("base64"))]) {
      expect(read("call.answered", { client_state: text })).toEqual([]);
    }
  });
});

describe("a stream", () => {
  it.each([["started"], ["stopped"]] as const)("that %s is told", (state) => {
    expect(read(`streaming.${state}`, { stream_url: "wss://telephone.example.com/stream/t0ken" }, at("media"))).toEqual([
      { type: "media", state, occurredAt: expect.any(Number) as number, dedupeKey: "e1", carrierIds: ["v3:own"], callId: "call-1" },
    ]);
  });

  it.each([
    ["connection_failed", { detail: "connection_failed" }],
    ["Could not connect to wss://telephone.example.com/stream/t0ken: 403", { detail: "Could not connect to (a URL) 403" }],
    ["x".repeat(200), { detail: "x".repeat(100) }],
    [undefined, {}],
    [7, {}],
  ])("that failed says why, but not where: %s", (failure_reason, detail) => {
    const [event] = read("streaming.failed", { failure_reason, stream_id: "32DE", stream_params: { stream_url: "wss://telephone.example.com/stream/t0ken" } }, at("media"));
    expect(event).toEqual({ type: "media", state: "failed", ...detail, occurredAt: expect.any(Number) as number, dedupeKey: "e1", carrierIds: ["v3:own"], callId: "call-1" });
  });

  it.each(["streaming.started", "streaming.stopped", "streaming.failed"])("of another party's leg, or of a leg that is not ours, says nothing: %s", (type) => {
    expect(read(type, {}, at("target"))).toEqual([]);
    expect(read(type)).toEqual([]);
  });

  it("leaves keys what they are beside it", () => {
    expect(read("call.dtmf.received", { digit: "5" }, at("media"))).toMatchObject([{ type: "digits", digits: "5" }]);
  });
});

describe("a call that reaches us", () => {
  const incoming = (payload: Record<string, unknown>) => read("call.initiated", { direction: "incoming", state: "parked", from: "+12025550133", to: "+12025550131", ...payload });

  it("is told with its numbers and the caller's name", () => {
    expect(incoming({ caller_id_name: "Jane" })).toMatchObject([{ type: "incoming", from: "+12025550133", to: "+12025550131", callerName: "Jane", carrierIds: ["v3:own"] }]);
  });

  it.each(["anonymous", "Restricted", "unknown", "", null, "sip:jane@example.com", "jane", "+", "+0123", "12025550133", "+1202555013312345", { number: "+1" }])("hides a number that is %o", (from) => {
    expect(incoming({ from })).toMatchObject([{ type: "incoming", from: "" }]);
  });

  it.each([
    ["A", true, "A"],
    ["B", true, "B"],
    ["C", true, "C"],
    ["A", false, "failed"],
    ["A", undefined, undefined],
    [undefined, true, undefined],
    ["X", true, undefined],
  ])("attested as %o and validated as %o is %o", (level, valid, attestation) => {
    const [event] = incoming({ shaken_stir_attestation: level, shaken_stir_validated: valid });
    expect((event as { attestation?: string }).attestation).toBe(attestation);
  });

  it("ends where nobody took it", () => {
    expect(read("call.hangup", { hangup_cause: "originator_cancel", hangup_source: "caller" })).toMatchObject([{ type: "ended", reason: "canceled", by: "caller", carrierIds: ["v3:own"] }]);
  });
});

describe("a call that we place", () => {
  it("is on its way, which is as near to ringing as the carrier tells", () => {
    expect(read("call.initiated", { direction: "outgoing", shaken_stir_attestation: "B", shaken_stir_validated: true }, at("dial"))).toMatchObject([{ type: "ringing", attestation: "B", callId: "call-1" }]);
    expect(read("call.ringing", {}, at("dial"))).toMatchObject([{ type: "ringing" }]);
  });

  it.each([
    ["normal_clearing", "completed"],
    ["time_limit", "completed"],
    ["user_busy", "busy"],
    ["call_rejected", "rejected"],
    ["no_answer", "no-answer"],
    ["timeout", "no-answer"],
    ["originator_cancel", "canceled"],
    ["not_found", "failed"],
    ["unspecified", "failed"],
    ["something_new", "failed"],
    [undefined, "failed"],
  ])("that ends by %o is %o", (cause, reason) => {
    expect(read("call.hangup", { hangup_cause: cause, hangup_source: "callee", sip_hangup_cause: "486" }, at("idle"))).toMatchObject([
      { type: "ended", reason, cause: `${cause ?? "unspecified"} (SIP 486)`, by: cause === "time_limit" || cause === "timeout" ? "carrier" : "callee" },
    ]);
  });

  it("does not say who hung up where the carrier does not know", () => {
    expect(read("call.hangup", { hangup_cause: "normal_clearing", hangup_source: "unknown" }, at("idle"))[0]).not.toHaveProperty("by");
  });
});

describe("the end of what is said or played", () => {
  it.each([
    ["completed", "completed"],
    ["cancelled", "cancelled"],
    ["cancelled_amd", "cancelled"],
    ["call_hangup", "cancelled"],
    ["file_not_found", "failed"],
    ["failed", "failed"],
    ["unknown", "failed"],
    [undefined, "completed"],
  ])("as %o is the end of its step as %o", (status, outcome) => {
    expect(read("call.speak.ended", { status }, at("say"))).toMatchObject([{ type: "stepEnded", stepId: "step-1", outcome }]);
    expect(read("call.playback.ended", { status }, at("play"))).toMatchObject([{ type: "stepEnded", stepId: "step-1", outcome }]);
  });

  it("says why it failed", () => {
    expect(read("call.playback.ended", { status: "file_not_found", status_detail: "404" }, at("play"))).toMatchObject([{ detail: "file_not_found: 404" }]);
  });

  it("is nothing where the leg does something else by now", () => {
    expect(read("call.speak.ended", { status: "completed" }, at("listen"))).toEqual([]);
    expect(read("call.speak.ended", { status: "completed" }, at("play"))).toEqual([]);
    expect(read("call.playback.ended", { status: "completed" }, at("say"))).toEqual([]);
  });
});

describe("what the caller says and presses", () => {
  const said = (transcription_data: unknown, state = at("listen")) => read("call.transcription", { transcription_data }, state);

  it("is an answer when it is final", () => {
    expect(said({ transcript: " hello there ", is_final: true, confidence: 0.97 })).toMatchObject([{ type: "answer", turn: TURN, input: { kind: "speech", text: "hello there", confidence: 0.97 } }]);
    expect(said({ transcript: "hello", is_final: true, confidence: null })[0]).toMatchObject({ input: { kind: "speech", text: "hello" } });
  });

  it("is partial until then", () => {
    expect(said({ transcript: "hel", is_final: false })).toMatchObject([{ type: "partialSpeech", turn: TURN, text: "hel" }]);
  });

  it.each([
    ["nothing in it", { transcript: " ", is_final: true }],
    ["our own words", { transcript: "hello", is_final: true, transcription_track: "outbound" }],
    ["no data", null],
  ])("is nothing with %s", (_, data) => {
    expect(said(data)).toEqual([]);
  });

  it("pain-10: is nothing where the leg does not listen any more", () => {
    for (const activity of ["say", "idle", "transfer"] as const) expect(said({ transcript: "late", is_final: true }, at(activity))).toEqual([]);
  });

  it.each(["valid", "invalid", "timeout"])("is an answer by keys that were gathered as %s", (status) => {
    expect(read("call.gather.ended", { digits: "1234", status }, at("listen", { gathers: true }))).toMatchObject([{ type: "answer", turn: TURN, input: { kind: "digits", digits: "1234" } }]);
  });

  it.each(["cancelled", "cancelled_amd", "call_hangup"])("is no answer by a gathering that ended as %s", (status) => {
    expect(read("call.gather.ended", { digits: "12", status }, at("listen", { gathers: true }))).toEqual([]);
  });

  it("is no answer where no key was pressed", () => {
    expect(read("call.gather.ended", { digits: "", status: "timeout" }, at("listen", { gathers: true }))).toEqual([]);
  });

  it("is a key outside of listening, and no key while keys are gathered", () => {
    expect(read("call.dtmf.received", { digit: "5" }, at("say"))).toMatchObject([{ type: "digits", digits: "5" }]);
    expect(read("call.dtmf.received", { digit: "5" }, at("listen"))).toMatchObject([{ type: "digits", digits: "5" }]);
    expect(read("call.dtmf.received", { digit: "5" }, at("listen", { gathers: true }))).toEqual([]);
    expect(read("call.dtmf.received", {}, at("say"))).toEqual([]);
  });
});

describe("machine detection", () => {
  it.each([
    ["call.machine.detection.ended", "human", { verdict: "human" }],
    ["call.machine.detection.ended", "machine", { verdict: "machine" }],
    ["call.machine.detection.ended", "not_sure", { verdict: "unsure" }],
    ["call.machine.detection.ended", "something_new", { verdict: "unsure" }],
    ["call.machine.greeting.ended", "beep_detected", { verdict: "machine", greetingEnded: true }],
    ["call.machine.greeting.ended", "ended", { verdict: "machine", greetingEnded: true }],
  ])("%s with %s is %o", (type, result, verdict) => {
    expect(read(type, { result }, at("say"))).toMatchObject([{ type: "machine", ...verdict }]);
  });
});

describe("a transfer", () => {
  it("has succeeded when our leg is bridged", () => {
    expect(read("call.bridged", {}, at("transfer"))).toMatchObject([{ type: "transfer", stepId: "step-1", state: "transferred", carrierIds: ["v3:own"] }]);
  });

  it("comes back when the other leg is hung up, which does not become a leg of the call", () => {
    expect(read("call.hangup", { call_control_id: "v3:other", hangup_cause: "user_busy" }, at("target"))).toEqual([
      { type: "transfer", stepId: "step-1", state: "back", detail: "user_busy", occurredAt: expect.any(Number) as number, dedupeKey: "e1", carrierIds: [], callId: "call-1" },
    ]);
  });

  it("says nothing by the other leg's life", () => {
    expect(read("call.hangup", { hangup_cause: "normal_clearing" }, at("target"))).toEqual([]);
    for (const type of ["call.initiated", "call.answered", "call.bridged", "call.ringing", "call.dtmf.received"]) expect(read(type, { direction: "outgoing", digit: "1" }, at("target"))).toEqual([]);
  });

  it("is none of ours where a foreign leg in the same session is called", () => {
    expect(read("call.initiated", { direction: "outgoing", from: "+12025550133", to: "+12025550131" })).toEqual([]);
    expect(read("call.answered")).toEqual([]);
    expect(read("call.bridged")).toEqual([]);
  });
});
