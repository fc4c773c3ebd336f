import { describe, expect, it } from "vitest";
import { MULAW_8K, type DecodedFrame, type FrameSession } from "@openclaw/telephony-contract";
import { AudioMessages } from "./audio-message.ts";
import { openJsonFrames } from "./media-frames.ts";

const SOUND = Uint8Array.from({ length: 160 }, (_, index) => (index * 7) % 256);
const [TWILIO, TELNYX, PLIVO] = [
  { event: "media", sequenceNumber: "4", media: { track: "inbound", chunk: "2", timestamp: "5", payload: base64(SOUND) }, streamSid: "MZ18ad3ab5a668481ce02b83e7395059f0" },
  { event: "media", sequence_number: "4", media: { track: "outbound", chunk: "2", timestamp: "5", payload: base64(SOUND) }, stream_id: "32de0dea-53cb-4b21-89a4-9e1819c043bc" },
  { sequenceNumber: 2, streamId: "20170ada", event: "media", media: { track: "inbound", timestamp: "1767323045123", chunk: 1, payload: base64(SOUND) }, extra_headers: "{}" },
];

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function begun(): FrameSession {
  const session = openJsonFrames({
    readers: { start: () => ({ type: "started", carrierIds: ["C-1"], formatIn: MULAW_8K, formatOut: MULAW_8K }) },
    words: () => ({ audio: ["", ""], mark: () => ({}), clear: {} }),
  });
  session.decode('{"event":"start"}');
  return session;
}

function quick(text: string): DecodedFrame | undefined {
  return new AudioMessages().read(Buffer.from(text), (timestamp) => timestamp);
}

/** The same numbers every time, from 0 to below the limit (a linear congruential generator). */
function dice(): (limit: number) => number {
  let state = 1;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

describe("a message of audio in bytes", () => {
  it.each([TWILIO, TELNYX, PLIVO])("is read without JSON as carriers write it: %o", (message) => {
    const { track, timestamp } = message.media;
    expect(quick(JSON.stringify(message))).toEqual({ type: "audio", payload: SOUND, track, seq: Number(message.media.chunk), timeMs: Number(timestamp) });
    expect(quick(JSON.stringify(message).replaceAll(/([:,])/g, "$1 "))).toMatchObject({ payload: SOUND });
  });

  it("holds audio of any length, with or without place and time", () => {
    for (let length = 1; length < 9; length++) {
      const payload = SOUND.subarray(0, length);
      expect(quick(JSON.stringify({ event: "media", media: { payload: base64(payload) } }))).toEqual({ type: "audio", payload, track: "inbound" });
    }
    expect(quick('{"media":{"payload":"AQID","timestamp":7},"event":"media"}')).toEqual({ type: "audio", payload: Uint8Array.of(1, 2, 3), track: "inbound", timeMs: 7 });
  });

  it.each([
    '{"event":"mark","media":{"payload":"AQID"}}',
    '{"media":{"payload":"AQID"}}',
    '{"event":"media"}',
    '{"event":"media","media":{"payload":"AQID"}} ',
    '{"event":"media","media":{"payload":"AQ\\u0049D"}}',
    '{"event":"media","media":{"payload":"AQID","timestamp":1.5}}',
    '{"event":"media","media":{"payload":"AQID","chunk":"0x10"}}',
    '{"event":"media","media":{"payload":"AQID"},"more":null}',
    '{"event":"media","media":{"payload":"AQID"},"wörd":"é"}',
    `{"event":"media","media":{"payload":"${"A".repeat(70_000)}"}}`,
  ])("that is unusual is left to JSON: %#", (text) => {
    expect(quick(text)).toBeUndefined();
  });

  it("overwrites the audio of the one before, and leaves other lengths their own", () => {
    const messages = new AudioMessages();
    const read = (bytes: Uint8Array) => messages.read(Buffer.from(JSON.stringify({ event: "media", media: { payload: base64(bytes) } })), Number)?.payload;
    const [first, second] = [read(Uint8Array.of(1, 2)), read(Uint8Array.of(3, 4))];
    expect([first, second]).toEqual([Uint8Array.of(3, 4), Uint8Array.of(3, 4)]);
    expect(read(Uint8Array.of(5, 6, 7))).toEqual(Uint8Array.of(5, 6, 7));
  });

  it("says the same as its text, however it is spoilt", () => {
    const session = begun();
    const random = dice();
    const signs = '{}[]":,\\ \t\n=+-_/.e0123456789AZaznulltruefalsé';
    const words = ["media", "event", "payload", "track", "outbound", "chunk", "timestamp", "null", "1e3", "-1", "007", "[]", "{}", '""', "AQ==", "\u0000"];
    let read = 0;
    for (let round = 0; round < 30_000; round++) {
      let text = JSON.stringify([TWILIO, TELNYX, PLIVO][round % 3]);
      for (let change = random(4); change > 0; change--) {
        const [at, length] = [random(text.length), random(3) === 0 ? random(12) : 1];
        const put = random(3) === 0 ? (words[random(words.length)] ?? "") : (signs[random(signs.length)] ?? "");
        text = text.slice(0, at) + put + text.slice(at + length);
      }
      const frames = session.decode(Buffer.from(text));
      if (frames[0]?.type === "audio") read++;
      expect(JSON.stringify(asBytes(frames)), text).toBe(JSON.stringify(asBytes(session.decode(text))));
    }
    expect(read).toBeGreaterThan(5_000);
  });
});

/** Buffers look otherwise as JSON than other bytes. */
function asBytes(frames: readonly DecodedFrame[]): readonly DecodedFrame[] {
  return frames.map((frame) => (frame.type === "audio" ? { ...frame, payload: new Uint8Array(frame.payload) } : frame));
}
