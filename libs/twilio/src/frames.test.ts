import { describe, expect, it } from "vitest";
import { MULAW_8K, type FrameSession } from "@openclaw/telephony-contract";
import { framesOf } from "./frames.ts";
import { Signer } from "./signature.ts";

const frames = framesOf(new Signer("test_auth_token_0123456789abcdef0"));
const SID = "MZ00000000000000000000000000000001";
const FORMAT = { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 };
const START = { accountSid: "AC1", streamSid: SID, callSid: "CA1", tracks: ["inbound"], mediaFormat: FORMAT, customParameters: {} };
const start = (changes: object = {}) => JSON.stringify({ event: "start", sequenceNumber: "1", streamSid: SID, start: { ...START, ...changes } });

function begun(): FrameSession {
  const session = frames.open();
  session.decode('{"event":"connected","protocol":"Call","version":"1.0.0"}');
  session.decode(start());
  return session;
}

describe("a stream", () => {
  it("is greeted with no news, and starts with the call's id", () => {
    const session = frames.open();
    expect(session.decode('{"event":"connected","protocol":"Call","version":"1.0.0"}')).toEqual([]);
    expect(session.decode(start())).toEqual([{ type: "started", carrierIds: ["CA1"], streamId: SID, formatIn: MULAW_8K, formatOut: MULAW_8K }]);
  });

  it.each([{ callSid: "" }, { callSid: 7 }, { streamSid: undefined }, { streamSid: 'MZ","x":"' }, { mediaFormat: undefined }, { mediaFormat: { encoding: 0 } }])("whose start lacks what matters is a fault, and nothing can be sent: %o", (changes) => {
    const session = frames.open();
    expect(session.decode(start(changes))).toMatchObject([{ type: "error", code: "malformed-start" }]);
    expect(session.encode({ type: "clear" })).toEqual([]);
  });

  it("is in the format that its start says, also in one that nobody knows yet", () => {
    const [started] = frames.open().decode(start({ mediaFormat: { encoding: "audio/l16", sampleRate: "16000" } }));
    expect(started).toMatchObject({ formatIn: { encoding: "audio/l16", sampleRate: 16_000 } });
  });

  it("brings audio by its number and its time, keys, marks and its end", () => {
    const session = begun();
    const media = { track: "inbound", chunk: "2", timestamp: "25", payload: "AQID" };
    expect(session.decode(JSON.stringify({ event: "media", sequenceNumber: "3", streamSid: SID, media }))).toEqual([
      { type: "audio", payload: Buffer.of(1, 2, 3), seq: 2, timeMs: 25, track: "inbound" },
    ]);
    expect(session.decode(`{"event":"dtmf","sequenceNumber":"5","streamSid":"${SID}","dtmf":{"track":"inbound_track","digit":"#"}}`)).toEqual([{ type: "dtmf", digit: "#" }]);
    expect(session.decode(`{"event":"mark","sequenceNumber":"4","streamSid":"${SID}","mark":{"name":"g1-7"}}`)).toEqual([{ type: "mark", name: "g1-7" }]);
    expect(session.decode(`{"event":"stop","sequenceNumber":"9","streamSid":"${SID}","stop":{"accountSid":"AC1","callSid":"CA1"}}`)).toEqual([{ type: "stopped" }]);
  });

  it.each(['{"event":"dtmf","dtmf":{"digit":"12"}}', '{"event":"dtmf"}'])("with a key that is none is a fault: %s", (message) => {
    expect(begun().decode(message)).toMatchObject([{ type: "error", code: "malformed-key" }]);
  });

  it("is answered with messages that name it and hold nothing else, since Twilio takes no others", () => {
    const session = begun();
    expect(session.encode({ type: "audio", payload: Uint8Array.of(1, 2, 3) })).toEqual([`{"event":"media","streamSid":"${SID}","media":{"payload":"AQID"}}`]);
    expect(session.encode({ type: "mark", name: 'g"1' })).toEqual([`{"event":"mark","streamSid":"${SID}","mark":{"name":"g\\"1"}}`]);
    expect(session.encode({ type: "clear" })).toEqual([`{"event":"clear","streamSid":"${SID}"}`]);
    expect(session.encode({ type: "dtmf", digits: "1" })).toEqual([]);
  });
});

describe("an upgrade request", () => {
  const url = "wss://voice.example.com/voice/stream";
  const asks = (signature: string | undefined, to = url) => frames.authorizeUpgrade?.({ url: to, headers: signature === undefined ? {} : { "x-twilio-signature": signature } });

  it("is Twilio's where its URL is signed, in whichever spelling", () => {
    // Computed with Twilio's own library for this URL, and for the same with https.
    for (const signature of ["nDoHooLbuNH4pLcKhXTx4UZw7/A=", "MjfhDY697ecZQNBiGpQ2qrJLaNg="]) {
      expect([url, `${url}/`, "wss://voice.example.com:443/voice/stream"].map((to) => asks(signature, to))).toEqual([true, true, true]);
      expect(asks(signature, `${url}/other`)).toBe(false);
    }
  });

  it("is refused where it is signed wrongly, and left to its token where it is not signed at all", () => {
    expect([asks("nDoHooLbuNH4pLcKhXTx4UZw7/B="), asks(""), asks(undefined)]).toEqual([false, false, true]);
  });
});
