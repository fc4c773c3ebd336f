import { describe, expect, it } from "vitest";
import { COUNTED, FRAME_BYTES, FarWords, OurWords, maskedAudio } from "./far-words.ts";
import { MASK, clientHeaderBytes } from "./frames.ts";
import { latest } from "./relay-load.ts";

interface Media {
  readonly event: string;
  readonly sequenceNumber: string;
  readonly streamSid: string;
  readonly media: { readonly track: string; readonly chunk: string; readonly timestamp: string; readonly payload: string };
}

/** The one message in a masked frame of a few hundred bytes. */
function read(frame: Buffer): string {
  const header = clientHeaderBytes(frame.length - 8);
  return Buffer.from(frame.subarray(header).map((byte) => byte ^ MASK)).toString();
}

/** The words of ours in which a frame's audio comes back. */
function echo(words: FarWords, frame: Buffer): Buffer {
  const { payload } = (JSON.parse(read(frame)) as Media).media;
  return Buffer.from(JSON.stringify({ event: "media", streamSid: words.streamSid, media: { payload } }));
}

describe("what Twilio says on a media socket", () => {
  it("counts frames and tells their time, as text of equal width", () => {
    const words = new FarWords("CA1");
    const [, , later] = [words.audio(), words.audio(), words.audio()].map((frame) => JSON.parse(read(frame)) as Media);
    expect(later).toMatchObject({ event: "media", sequenceNumber: "1000002", streamSid: words.streamSid, media: { track: "inbound", chunk: "1000002", timestamp: "1000040" } });
    expect(Buffer.from(later?.media.payload ?? "", "base64")).toHaveLength(FRAME_BYTES);
  });

  it("can be told apart by its audio, over more frames than anybody has to remember", () => {
    const words = new FarWords("CA1");
    const ours = new OurWords(words.streamSid);
    const counters = Array.from({ length: COUNTED + 3 }, () => ours.counter(echo(words, words.audio()), 0));
    expect(counters).toEqual(Array.from({ length: COUNTED + 3 }, (_, frame) => frame % COUNTED));
    expect(latest(2, words.count)).toBe(COUNTED + 2);
    expect(latest(3, words.count)).toBe(3);
  });

  it("can be told apart in the middle of a longer message, too", () => {
    const words = new FarWords("CA1");
    const audio = Array.from({ length: 5 }, () => Buffer.from((JSON.parse(read(words.audio())) as Media).media.payload, "base64"));
    const message = Buffer.from(JSON.stringify({ event: "media", streamSid: words.streamSid, media: { payload: Buffer.concat(audio).toString("base64") } }));
    const ours = new OurWords(words.streamSid);
    expect([0, 1, 2, 3, 4].map((frame) => ours.counter(message, 0, frame))).toEqual([0, 1, 2, 3, 4]);
  });

  it("is hardly heard while it only counts", () => {
    const words = new FarWords("CA1");
    for (let frame = 0; frame < 1000; frame++) {
      const audio = Buffer.from((JSON.parse(read(words.audio())) as Media).media.payload, "base64");
      expect(audio.subarray(0, 3).every((byte) => byte >= 0xf0)).toBe(true);
    }
  });

  it("says any audio that it is given, and goes on elsewhere while that is sent", () => {
    const words = new FarWords("CA1");
    const audio = Uint8Array.from({ length: FRAME_BYTES }, (_, index) => index);
    const frame = words.audio(maskedAudio(audio));
    words.keep();
    words.audio();
    expect([...Buffer.from((JSON.parse(read(frame)) as Media).media.payload, "base64")]).toEqual([...audio]);
    expect(() => maskedAudio(new Uint8Array(80))).toThrow(RangeError);
  });
});

describe("what we say to Twilio", () => {
  const ours = new OurWords("MZ1");
  const read = (message: object) => {
    const bytes = Buffer.from(JSON.stringify(message));
    return ours.read(bytes, 0, bytes.length);
  };
  const payload = Buffer.alloc(FRAME_BYTES).toString("base64");

  it("is known by its place", () => {
    expect(read({ event: "media", streamSid: "MZ1", media: { payload } })).toBe(1);
    expect(read({ event: "media", streamSid: "MZ1", media: { payload: Buffer.alloc(5 * FRAME_BYTES).toString("base64") } })).toBe(5);
    expect(read({ event: "mark", streamSid: "MZ1", mark: { name: "g1-1" } })).toBe("mark");
    expect(read({ event: "clear", streamSid: "MZ1" })).toBe("clear");
  });

  it("is refused where it is anything else", () => {
    expect(() => read({ event: "media", streamSid: "MZ1", media: { payload: payload.slice(4) } })).toThrow(/nobody understands/);
    expect(() => read({ event: "hangup" })).toThrow(/nobody understands/);
    const other = Buffer.from(JSON.stringify({ event: "media", streamSid: "MZ2", media: { payload } }));
    expect(ours.isAudio(other, 0)).toBe(false);
  });

  it("names its marks", () => {
    const bytes = Buffer.from(JSON.stringify({ event: "mark", streamSid: "MZ1", mark: { name: "g1-17" } }));
    expect(ours.markName(bytes, 0, bytes.length)).toBe("g1-17");
  });
});
