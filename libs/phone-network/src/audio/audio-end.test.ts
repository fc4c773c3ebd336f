import { beforeEach, describe, expect, it } from "vitest";
import { ALAW_8K, MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { createVirtualClock, type VirtualClock } from "@openclaw/telephony-contract/testing";
import { ToneListener, speakTones } from "../tones/index.ts";
import { AudioEnd, type AudioEndOptions } from "./audio-end.ts";
import { sampleCodec } from "./sample-codec.ts";

let clock: VirtualClock;
let end: AudioEnd;
let frames: { readonly bytes: Uint8Array; readonly timeMs: number; readonly at: number }[];
let marks: string[];

beforeEach(() => void open());

function open(options: Partial<AudioEndOptions> = {}): void {
  clock = createVirtualClock();
  frames = [];
  marks = [];
  const outlet = {
    audio: (frame: Uint8Array, timeMs: number) => void frames.push({ bytes: frame.slice(), timeMs, at: clock.monotonic() }),
    mark: (name: string) => void marks.push(`${name} ${clock.monotonic()}`),
  };
  end = new AudioEnd({ clock, formatIn: MULAW_8K, formatOut: MULAW_8K, outlet, ...options });
  end.start();
}

/** A text as we send it: in one piece. */
function spoken(text: string, format: AudioFormat = MULAW_8K): Uint8Array {
  const samples = speakTones(text, format.sampleRate);
  const codec = sampleCodec(format);
  const bytes = new Uint8Array(samples.length * codec.bytesPerSample);
  codec.encode(samples, bytes);
  return bytes;
}

/** Texts in what the far end sent. */
function heardFromThere(format: AudioFormat = MULAW_8K): string[] {
  const texts: string[] = [];
  const listener = new ToneListener(format.sampleRate, (event) => event.type === "text" && texts.push(event.text));
  for (const { bytes } of frames) {
    const samples = new Int16Array(format.sampleRate / 50);
    sampleCodec(format).decode(bytes, samples);
    listener.write(samples);
  }
  return texts;
}

describe("what the far end sends", () => {
  it("is silence in frames of 20 ms, in real time", async () => {
    await clock.advance(100);
    expect(frames.map(({ timeMs, at }) => [timeMs, at])).toEqual([[0, 20], [20, 40], [40, 60], [60, 80], [80, 100]]);
    expect(frames.every(({ bytes }) => bytes.length === 160 && bytes.every((byte) => byte === 0xff))).toBe(true);
  });

  it.each([MULAW_8K, ALAW_8K, pcm16(16_000)])("is what is said there, one text after another, in $encoding", async (formatIn) => {
    open({ formatIn });
    const said: string[] = [];
    void end.say("First.").then(() => said.push("first"));
    void end.say("Second.").then(() => said.push("second"));
    await clock.advance(400);
    expect(said).toEqual([]);
    await clock.advance(40);
    expect(said).toEqual(["first"]);
    await clock.advance(1_000);
    expect(said).toEqual(["first", "second"]);
    expect(heardFromThere(formatIn)).toEqual(["First.", "Second."]);
  });

  it("ends with the stream, and nobody waits for what was not said", async () => {
    const saying = end.say("Never to be heard in full");
    await clock.advance(200);
    end.stop();
    await saying;
    await end.say("Nor this");
    await clock.advance(1_000);
    expect(frames).toHaveLength(10);
    expect(clock.pending).toBe(0);
  });

  it("is caught up on where the process was held up, up to a second", () => {
    let now = 0;
    let due: () => void = () => undefined;
    open({ clock: { now: () => now, monotonic: () => now, schedule: (_ms, callback) => ((due = callback), () => undefined) } });
    now = 150;
    due();
    expect(frames).toHaveLength(7);
    now = 60_000;
    due();
    expect(frames).toHaveLength(57);
    now = 60_020;
    due();
    expect(frames).toHaveLength(58);
  });
});

describe("what the far end hears", () => {
  it("is played in real time, whatever the size of the pieces", async () => {
    await clock.advance(100);
    const bytes = spoken("Hello there.");
    for (let at = 0; at < bytes.length; at += 77) end.receive(bytes.subarray(at, at + 77));
    expect(end.report).toMatchObject({ texts: [], bufferedMs: 660, maxBufferedMs: 660 });
    await clock.advance(300);
    expect(end.report).toMatchObject({ texts: [], bufferedMs: 360 });
    await clock.advance(1_000);
    expect(end.report).toEqual({
      texts: [{ text: "Hello there.", startMs: 100, endMs: 760, complete: true }],
      damaged: [],
      resumed: [],
      gaps: [],
      underruns: [],
      keys: "",
      clears: 0,
      bufferedMs: 0,
      maxBufferedMs: 660,
    });
  });

  it("returns a mark when everything before it was played, and at once where nothing is left", async () => {
    end.mark("none");
    end.receive(spoken("One"));
    end.mark("one");
    end.receive(spoken("Two").subarray(0, 800));
    end.mark("two");
    await clock.advance(1_000);
    expect(marks).toEqual(["none 0", "one 300", "two 400"]);
  });

  it("is cut short by a clear, whose marks come back at once, and may go on later", async () => {
    const bytes = spoken("This is a rather long sentence.");
    end.receive(bytes);
    end.mark("end");
    await clock.advance(800);
    end.clear();
    expect(marks).toEqual(["end 800"]);
    await clock.advance(500);
    end.receive(bytes.subarray(6_400));
    await clock.advance(2_000);
    const { texts, resumed, damaged, gaps, clears } = end.report;
    expect(texts).toEqual([{ text: "This is a", startMs: 0, endMs: 800, complete: false }]);
    expect(resumed).toMatchObject([{ startMs: expect.closeTo(1_300, -1) as number }]);
    expect([damaged, clears, gaps.length]).toEqual([[], 1, 1]);
  });

  it("is starved where our audio comes too late", async () => {
    const bytes = spoken("This sentence comes too late.");
    end.receive(bytes.subarray(0, 4_000));
    await clock.advance(700);
    end.receive(bytes.subarray(4_000));
    await clock.advance(2_000);
    const { underruns, damaged, gaps, texts } = end.report;
    expect(texts).toEqual([]);
    expect(damaged.length).toBeGreaterThan(0);
    expect(underruns).toMatchObject([{ startMs: expect.closeTo(500, -1) as number, endMs: expect.closeTo(700, -1) as number }]);
    expect(gaps).toEqual(underruns);
  });

  it("is damaged where a frame of ours is missing, and shows the silence between two texts", async () => {
    const bytes = spoken("Something is missing here.");
    end.receive(bytes.subarray(0, 3_200));
    end.receive(bytes.subarray(3_360));
    end.receive(new Uint8Array(1_600).fill(0xff));
    end.receive(spoken("Here not."));
    await clock.advance(3_000);
    const { damaged, texts, gaps, underruns } = end.report;
    const [until, from] = [1_200, 1_400];
    expect(damaged).toMatchObject([{ startMs: 0, endMs: expect.closeTo(until, -1) as number }]);
    expect(texts).toMatchObject([{ text: "Here not.", startMs: from }]);
    expect(gaps).toMatchObject([{ startMs: expect.closeTo(until, -1) as number, endMs: from }]);
    expect(underruns).toEqual([]);
  });

  it("is keys where we press them in the audio", async () => {
    const key = (low: number, high: number) => Int16Array.from({ length: 800 }, (_, at) => 8_000 * (Math.sin((2 * Math.PI * low * at) / 8000) + Math.sin((2 * Math.PI * high * at) / 8000)));
    const send = (samples: Int16Array) => {
      const bytes = new Uint8Array(samples.length);
      sampleCodec(MULAW_8K).encode(samples, bytes);
      end.receive(bytes);
    };
    for (const samples of [key(697, 1209), new Int16Array(480), key(697, 1209), new Int16Array(480), key(941, 1477), key(770, 1633).subarray(0, 200)]) send(samples);
    await clock.advance(1_000);
    expect(end.report).toMatchObject({ keys: "11#", texts: [], damaged: [] });
  });

  it("is no more than the carrier keeps", () => {
    open({ maxBufferedMs: 100 });
    expect(end.receive(new Uint8Array(800))).toBe(true);
    expect(end.receive(new Uint8Array(1))).toBe(false);
  });

  it("is in a format that a stream has", () => {
    expect(() => open({ formatOut: { encoding: "opus", sampleRate: 48_000 } })).toThrow(/opus/);
  });
});
