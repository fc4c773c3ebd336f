import { describe, expect, it } from "vitest";
import { MULAW_8K } from "@openclaw/telephony-contract";
import { createFrameCodec } from "./frames.ts";
import { ACCOUNT } from "./testing/index.ts";

const { open } = createFrameCodec(ACCOUNT.authToken);
const START = { callId: "97ceeb52-58b6", streamId: "20170ada", accountId: "MA", tracks: ["inbound"], mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000 } };
const start = (start: object) => JSON.stringify({ event: "start", sequenceNumber: 1, start, extra_headers: "callId=abc;token=xyz" });
const AT = 1_767_323_045_123;

function begun() {
  const session = open();
  session.decode(start(START));
  return { session, say: (event: string, content: object = {}) => session.decode(JSON.stringify({ event, sequenceNumber: 2, streamId: "20170ada", ...content })) };
}

describe("a stream", () => {
  it("starts with the call's id and its format", () => {
    expect(open().decode(start(START))).toEqual([{ type: "started", carrierIds: ["97ceeb52-58b6"], streamId: "20170ada", formatIn: MULAW_8K, formatOut: MULAW_8K }]);
  });

  it("in another format than our documents ask for is told by its name, which no telephone knows", () => {
    const format = { encoding: "audio/x-l16", sampleRate: 16_000 };
    expect(open().decode(start({ ...START, mediaFormat: format }))).toMatchObject([{ type: "started", formatIn: format, formatOut: format }]);
    expect(open().decode(start({ ...START, mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 16_000 } }))).toMatchObject([{ formatIn: { encoding: "audio/x-mulaw" } }]);
  });

  it.each([{ callId: "" }, { callId: 7 }, { streamId: undefined }, { mediaFormat: {} }, { mediaFormat: "audio/x-mulaw" }])("whose start lacks what matters is a fault: %o", (changes) => {
    expect(open().decode(start({ ...START, ...changes }))).toMatchObject([{ type: "error", code: "malformed-start" }]);
  });

  it("brings audio and keys, with times since its first frame", () => {
    const { say } = begun();
    const media = (chunk: number, ms: number) => ({ media: { track: "inbound", timestamp: String(AT + ms), chunk, payload: "AQID" }, extra_headers: "{}" });
    const audio = { type: "audio", payload: Buffer.of(1, 2, 3), track: "inbound" };
    expect(say("media", media(1, 0))).toEqual([{ ...audio, seq: 1, timeMs: 0 }]);
    expect(say("media", media(2, 20))).toEqual([{ ...audio, seq: 2, timeMs: 20 }]);
    expect(say("dtmf", { dtmf: { digit: "#", track: "inbound", timestamp: String(AT + 877) } })).toEqual([{ type: "dtmf", digit: "#", timeMs: 877 }]);
    expect(say("dtmf", { dtmf: { digit: "5" } })).toEqual([{ type: "dtmf", digit: "5" }]);
    expect(say("media", { media: { payload: "AQID" } })).toEqual([audio]);
  });

  it.each(["", "12", "x", undefined, 5])("with a key that is none is a fault: %j", (digit) => {
    expect(begun().say("dtmf", { dtmf: { digit } })).toMatchObject([{ type: "error", code: "malformed-key" }]);
  });

  it("tells which marks were reached, and that it was cleared", () => {
    const { say } = begun();
    expect(say("playedStream", { name: "g1-m1" })).toEqual([{ type: "mark", name: "g1-m1" }]);
    expect(say("clearedAudio")).toEqual([{ type: "cleared" }]);
  });

  it("takes what only Plivo's own code knows, and repeats none of its words", () => {
    const { say } = begun();
    expect(say("error", { reason: "secret words" })).toEqual([{ type: "error", code: "plivo-error", message: "Plivo reports a fault of the stream" }]);
    expect(say("playFailed", { reason: "secret words" })).toMatchObject([{ type: "error", code: "plivo-play-failed" }]);
    expect(say("muteStream")).toEqual([]);
    expect(say("stop")).toEqual([{ type: "stopped" }]);
  });

  it("is answered with audio, marks, clears and keys", () => {
    const { session } = begun();
    expect(session.encode({ type: "audio", payload: Uint8Array.of(1, 2, 3) })).toEqual(['{"event":"playAudio","media":{"contentType":"audio/x-mulaw","sampleRate":8000,"payload":"AQID"}}']);
    expect(session.encode({ type: "mark", name: "g1-m1" })).toEqual(['{"event":"checkpoint","streamId":"20170ada","name":"g1-m1"}']);
    expect(session.encode({ type: "clear" })).toEqual(['{"event":"clearAudio","streamId":"20170ada"}']);
    expect(session.encode({ type: "dtmf", digits: "12#" })).toEqual(['{"event":"sendDTMF","dtmf":"12#"}']);
  });

  it("presses the keys that Plivo has, and without them none", () => {
    const { session } = begun();
    expect(session.encode({ type: "dtmf", digits: "1wA2W*" })).toEqual(['{"event":"sendDTMF","dtmf":"12*"}']);
    expect(session.encode({ type: "dtmf", digits: "Aw" })).toEqual([]);
  });
});
