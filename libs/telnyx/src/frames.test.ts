import { describe, expect, it } from "vitest";
import { ALAW_8K, MULAW_8K } from "@openclaw/telephony-contract";
import { frames } from "./frames.ts";

const start = (start: object) => JSON.stringify({ event: "start", sequence_number: "1", stream_id: "32DE", start });
const FORMAT = { encoding: "PCMU", sample_rate: 8000, channels: 1 };
const LEG = { user_id: "3E6F", call_control_id: "v3:own", call_session_id: "ff55", from: "+15550100001", to: "+15550100002", media_format: FORMAT };

function begun(leg: object = LEG) {
  const session = frames.open();
  session.decode('{"event":"connected","version":"1.0.0"}');
  session.decode(start(leg));
  return session;
}

describe("a stream", () => {
  it("is greeted with no news, and starts with the leg's id", () => {
    const session = frames.open();
    expect(session.decode('{"event":"connected","version":"1.0.0"}')).toEqual([]);
    expect(session.decode(start(LEG))).toEqual([{ type: "started", carrierIds: ["v3:own"], streamId: "32DE", formatIn: MULAW_8K, formatOut: MULAW_8K }]);
  });

  it.each([
    ["PCMA", 8000, ALAW_8K],
    ["L16", 16_000, { encoding: "L16", sampleRate: 16_000 }],
    ["toString", 8000, { encoding: "toString", sampleRate: 8000 }],
  ])("is in the format that its start says, whatever was asked for: %s", (encoding, sample_rate, formatIn) => {
    const [started] = frames.open().decode(start({ ...LEG, media_format: { encoding, sample_rate, channels: 1 } }));
    expect(started).toMatchObject({ type: "started", formatIn, formatOut: MULAW_8K });
  });

  it.each([{ ...LEG, call_control_id: "" }, { ...LEG, call_control_id: 7 }, { ...LEG, media_format: undefined }, { ...LEG, media_format: { encoding: 0 } }])("whose start lacks what matters is a fault: %o", (leg) => {
    expect(frames.open().decode(start(leg))).toMatchObject([{ type: "error", code: "malformed-start" }]);
  });

  it("brings audio by its number, so that the telephone can put it in order", () => {
    const media = { track: "inbound", chunk: "2", timestamp: "25", payload: "AQID" };
    expect(begun().decode(JSON.stringify({ event: "media", sequence_number: "9", stream_id: "32DE", media }))).toEqual([
      { type: "audio", payload: Buffer.of(1, 2, 3), seq: 2, timeMs: 25, track: "inbound" },
    ]);
  });

  it("leaves keys to the webhooks, and says that it is over", () => {
    expect(begun().decode('{"event":"dtmf","stream_id":"32DE","occurred_at":"2026-01-02T03:04:05.000Z","sequence_number":"5","dtmf":{"digit":"1"}}')).toEqual([]);
    expect(begun().decode('{"event":"stop","sequence_number":"9","stream_id":"32DE","stop":{"user_id":"3E6F","call_control_id":"v3:own"}}')).toEqual([{ type: "stopped" }]);
  });

  it.each([
    [{ code: 100003, title: "malformed_frame", detail: "secret words" }, "telnyx-100003", "malformed_frame"],
    [{ code: "100004", title: "said: secret words" }, "telnyx-100004", "unknown_error"],
    ["nothing", "telnyx-unknown", "unknown_error"],
  ])("tells what Telnyx did not take, and not what it was: %o", (payload, code, title) => {
    const [fault] = begun().decode(JSON.stringify({ event: "error", stream_id: "32DE", payload }));
    expect(fault).toEqual({ type: "error", code, message: `Telnyx did not take a message: ${title}` });
  });

  it("is answered with audio, marks and clears, which name no stream", () => {
    const session = begun();
    expect(session.encode({ type: "audio", payload: Uint8Array.of(1, 2, 3) })).toEqual(['{"event":"media","media":{"payload":"AQID"}}']);
    expect(session.encode({ type: "mark", name: "g1-m1" })).toEqual(['{"event":"mark","mark":{"name":"g1-m1"}}']);
    expect(session.encode({ type: "clear" })).toEqual(['{"event":"clear"}']);
    expect(session.encode({ type: "dtmf", digits: "1" })).toEqual([]);
  });
});
