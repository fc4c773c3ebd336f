import { describe, expect, it } from "vitest";
import { MULAW_8K, type DecodedFrame, type FrameSession } from "@openclaw/telephony-contract";
import { fieldsOf, frameFault, openJsonFrames, readMark, type JsonFrames } from "./media-frames.ts";

const STARTED: DecodedFrame = { type: "started", carrierIds: ["C-1"], streamId: "S-1", formatIn: MULAW_8K, formatOut: MULAW_8K };

function open({ keys = false, ...others }: { keys?: boolean } & Pick<JsonFrames, "sinceStart"> = {}): FrameSession {
  return openJsonFrames({
    ...others,
    readers: {
      start: ({ start }) => (fieldsOf(start).call === "C-1" ? STARTED : frameFault("unknown-call", "The start names no call")),
      mark: ({ name }) => readMark(name),
      connected: () => undefined,
    },
    words: (stream) => ({
      audio: [`{"event":"play","stream":"${stream}","payload":"`, '"}'],
      mark: (name) => ({ event: "mark", stream, name }),
      clear: { event: "clear", stream },
      ...(keys && { digits: (digits: string) => (digits === "A" ? undefined : { event: "keys", stream, digits }) }),
    }),
  });
}

function begun(options?: Parameters<typeof open>[0]): FrameSession {
  const session = open(options);
  session.decode('{"event":"start","start":{"call":"C-1"}}');
  return session;
}

const media = (fields: object) => JSON.stringify({ event: "media", media: { payload: "AQID", ...fields } });
const codes = (frames: readonly DecodedFrame[]) => frames.map((frame) => (frame.type === "error" ? frame.code : frame.type));

describe("messages of a media socket", () => {
  it("begin with the start, in a text or in bytes", () => {
    expect(open().decode('{"event":"start","start":{"call":"C-1"}}')).toEqual([STARTED]);
    expect(open().decode(Buffer.from('{"event":"start","start":{"call":"C-1"}}'))).toEqual([STARTED]);
  });

  it("are read by the reader of their kind; a kind without one, or a reader without news, is no news", () => {
    const session = begun();
    expect(session.decode('{"event":"mark","name":"g1-m1"}')).toEqual([{ type: "mark", name: "g1-m1" }]);
    for (const text of ['{"event":"connected"}', '{"event":"unheard-of"}', '{"event":"constructor"}']) expect(session.decode(text)).toEqual([]);
  });

  it("before the start, or a second start, are faults", () => {
    const session = open();
    expect(codes(session.decode(media({})))).toEqual(["not-started"]);
    expect(codes(session.decode('{"event":"start","start":{"call":"C-2"}}'))).toEqual(["unknown-call"]);
    session.decode('{"event":"start","start":{"call":"C-1"}}');
    expect(codes(session.decode('{"event":"start","start":{"call":"C-1"}}'))).toEqual(["started-twice"]);
  });

  it.each(["", "{", "null", "[]", '"media"', "{}", '{"event":7}'])("that are no JSON object with an event are faults: %s", (text) => {
    expect(codes(begun().decode(text))).toEqual(["malformed-message"]);
  });

  it("carry audio with its track, place and time, whether numbers are numbers or text", () => {
    const audio = { type: "audio", payload: Buffer.of(1, 2, 3), seq: 4, timeMs: 60 };
    expect(begun().decode(media({ track: "inbound", chunk: "4", timestamp: "60" }))).toEqual([{ ...audio, track: "inbound" }]);
    expect(begun().decode(media({ track: "outbound", chunk: 4, timestamp: 60 }))).toEqual([{ ...audio, track: "outbound" }]);
    expect(begun().decode(media({}))).toEqual([{ type: "audio", payload: Buffer.of(1, 2, 3), track: "inbound" }]);
  });

  it("have times since the start of the stream, by the carrier's own clock where it has one", () => {
    const session = begun({ sinceStart: (timestamp) => timestamp - 1_767_323_045_000 });
    const text = media({ timestamp: "1767323045123" });
    for (const message of [text, Buffer.from(text)]) expect(session.decode(message)).toMatchObject([{ timeMs: 123 }]);
  });

  it.each([[{ payload: "AQ" }], [{ payload: "AQ!D" }], [{ payload: "" }], [{ payload: 7 }], [{ payload: null }], [{ payload: "A===" }]])("with audio that is not base64 are faults: %o", (fields) => {
    expect(codes(begun().decode(media(fields)))).toEqual(["malformed-audio"]);
  });

  it("with a mark that has no name are faults", () => {
    for (const text of ['{"event":"mark"}', '{"event":"mark","name":""}', '{"event":"mark","name":7}']) expect(codes(begun().decode(text))).toEqual(["malformed-mark"]);
  });

  it("to the carrier are its own words, audio byte for byte also from within a larger buffer", () => {
    const session = begun({ keys: true });
    const whole = Uint8Array.of(9, 1, 2, 3, 9);
    expect(session.encode({ type: "audio", payload: whole.subarray(1, 4) })).toEqual(['{"event":"play","stream":"S-1","payload":"AQID"}']);
    expect(session.encode({ type: "mark", name: 'a"b' })).toEqual(['{"event":"mark","stream":"S-1","name":"a\\"b"}']);
    expect(session.encode({ type: "clear" })).toEqual(['{"event":"clear","stream":"S-1"}']);
    expect(session.encode({ type: "dtmf", digits: "12#" })).toEqual(['{"event":"keys","stream":"S-1","digits":"12#"}']);
  });

  it("are none to a carrier whose stream has not begun, or that presses no keys in it, or not these", () => {
    expect(begun({ keys: true }).encode({ type: "dtmf", digits: "A" })).toEqual([]);
    expect(open().encode({ type: "clear" })).toEqual([]);
    expect(begun().encode({ type: "dtmf", digits: "1" })).toEqual([]);
  });
});
