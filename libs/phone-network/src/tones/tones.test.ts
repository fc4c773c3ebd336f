import samplerate from "@alexanderolsen/libsamplerate-js";
import { describe, expect, it } from "vitest";
import { sampleCodec } from "../audio/sample-codec.ts";
import { ToneListener, speakTones, type ToneEvent } from "./index.ts";

const RATES = [8000, 16_000, 22_050, 24_000, 44_100, 48_000];
const LINE = "Hello, who is speaking, please?";
const TEXTS = ["a", LINE, "aaaaaaaaaaaaaaaa", "Ünïcödé — 电话 📞!", "\u0000\u0001\uFEFF\n\t ", " two  spaces "];

describe("a text as tones", () => {
  it.each(RATES)("is understood as it was, and when it was, at %i Hz", (rate) => {
    for (const text of TEXTS) {
      const events = hear(joined(silence(33, rate), speakTones(text, rate), silence(50, rate)), rate);
      expect(events[0]).toEqual({ type: "started", atMs: 33 });
      expect(events.at(-1)).toEqual({ type: "text", text, startMs: 33, endMs: 33 + lengthOf(text) });
    }
  });

  it("holds every byte that UTF-8 has", () => {
    const text = Array.from({ length: 0x180 }, (_, index) => String.fromCodePoint(index * 31 + (index * 31 >= 0xd800 ? 0x800 : 0))).join("");
    expect(textsIn(hear(speakTones(text, 8000), 8000))).toEqual([text]);
  });

  it("is 40 ms a byte, without a pause, at one loudness", () => {
    const samples = speakTones(LINE, 8000);
    expect(samples.length / 8).toBe(lengthOf(LINE));
    expect(speakTones("", 8000)).toHaveLength(0);
    for (let at = 160; at + 320 <= samples.length; at += 160) {
      const level = 10 * Math.log10(samples.subarray(at, at + 160).reduce((sum, sample) => sum + sample ** 2, 0) / 160 / 32_768 ** 2);
      expect(level).toBeGreaterThan(-10);
      expect(level).toBeLessThan(-6);
    }
  });

  it("is understood however the stream is cut", () => {
    const samples = joined(silence(20), speakTones(LINE, 8000), silence(40));
    for (const step of [1, 7, 80, 160, 333, samples.length]) expect(hear(samples, 8000, step)).toEqual(hear(samples, 8000));
  });

  it("is understood word for word while it is under way", () => {
    const progress = hear(speakTones("Yes, that is fine", 8000), 8000).flatMap((event) => (event.type === "progress" ? [event.text] : []));
    expect(progress).toEqual(["Yes,", "Yes, that", "Yes, that is"]);
  });

  it("survives G.711 on both sides", () => {
    for (const encoding of ["mulaw", "alaw", "mulaw"]) {
      const { encode, decode } = sampleCodec({ encoding, sampleRate: 8000 });
      const samples = joined(silence(20), speakTones(LINE, 8000), silence(40));
      const bytes = new Uint8Array(samples.length);
      encode(samples, bytes);
      decode(bytes, samples);
      expect(textsIn(hear(samples, 8000))).toEqual([LINE]);
    }
  });

  it.each([[24_000, 8000], [8000, 24_000], [16_000, 8000], [8000, 16_000], [44_100, 8000], [22_050, 16_000]])("survives resampling from %i to %i Hz", async (from, to) => {
    const resampler = await samplerate.create(1, from, to, { converterType: samplerate.ConverterType.SRC_SINC_MEDIUM_QUALITY });
    const samples = joined(silence(33, from), speakTones(LINE, from), speakTones("And you?", from), silence(200, from));
    const resampled = resampler.full(Float32Array.from(samples, (sample) => sample / 32_768));
    resampler.destroy();
    expect(textsIn(hear(Int16Array.from(resampled, (sample) => clip(sample * 32_768)), to))).toEqual([LINE, "And you?"]);
  });

  it("is understood in a noisy room, which alone says nothing", () => {
    const noise = noiseOf(32_768 * 10 ** (-25 / 20));
    const samples = joined(silence(300), speakTones(LINE, 8000), silence(300));
    expect(textsIn(hear(samples.map((sample) => clip(sample + noise())), 8000))).toEqual([LINE]);
    const loud = noiseOf(20_000);
    expect(hear(silence(10_000).map(() => loud()), 8000)).toEqual([]);
  });

  it("is understood over the echo of another one", () => {
    const [near, echo] = [speakTones(LINE, 8000), speakTones("Something else, at length and without an end", 8000)];
    expect(textsIn(hear(near.map((sample, at) => clip(sample + (echo[at + 777] ?? 0) / 10)), 8000))).toEqual([LINE]);
  });

  it("is told from the next one, also without a pause between", () => {
    const [one, two] = [speakTones("One.", 8000), speakTones("Two.", 8000)];
    const events = hear(joined(one, two, silence(5), one), 8000);
    expect(textsIn(events)).toEqual(["One.", "Two.", "One."]);
    expect(events.filter(({ type }) => type === "damaged")).toEqual([]);
  });

  it("is no sound that is no text: clicks, hums, keys", () => {
    const tone = (hz: number, ms: number) => silence(ms).map((_, at) => 12_000 * Math.sin((2 * Math.PI * hz * at) / 8000));
    const key = tone(770, 100).map((sample, at) => clip(sample + (tone(1336, 100)[at] ?? 0)));
    for (const sound of [Int16Array.of(30_000, -30_000), tone(440, 500), key, joined(key, silence(60), key)]) {
      expect(hear(joined(silence(50), sound, silence(50)), 8000)).toEqual([]);
    }
  });
});

describe("a text of which audio is lost", () => {
  const FRAME = 160;

  /** What comes of it where something is done to one frame, for every frame and several places of the text in them. */
  function each(text: string, spoil: (frames: Int16Array[], at: number) => void, check: (events: ToneEvent[], inside: boolean) => void) {
    const body = speakTones(text, 8000);
    for (const offset of [0, 3, 41, 80, 127, 153]) {
      const stream = joined(silence(60), silence(20).subarray(0, offset), body, silence(100));
      const count = Math.floor(stream.length / FRAME);
      const [first, last] = [480 + offset, 480 + offset + body.length];
      for (let at = 0; at < count; at++) {
        const frames = Array.from({ length: count }, (_, index) => stream.subarray(index * FRAME, (index + 1) * FRAME));
        spoil(frames, at);
        check(hear(joined(...frames), 8000), at * FRAME >= first && (at + 1) * FRAME <= last);
      }
    }
  }

  it.each<[string, (frames: Int16Array[], at: number) => void]>([
    ["a frame is missing", (frames, at) => void frames.splice(at, 1)],
    ["a frame comes twice", (frames, at) => void frames.splice(at, 0, frames[at] ?? silence(20))],
    ["a frame is silent", (frames, at) => void frames.splice(at, 1, silence(20))],
    ["two frames are missing, which is a whole byte", (frames, at) => void frames.splice(at, 2)],
    ["silence comes in between", (frames, at) => void frames.splice(at, 1, joined(frames[at]?.subarray(0, 80) ?? silence(10), silence(100), frames[at]?.subarray(80) ?? silence(10)))],
  ])("is damaged where %s", (_what, spoil) => {
    for (const text of ["Who?", "aaaa"]) {
      each(text, spoil, (events, inside) => {
        expect(textsIn(events).filter((heard) => heard !== text)).toEqual([]);
        // At its edges next to nothing may be lost, which nobody hears.
        if (inside) expect(events.filter(({ type }) => type === "damaged").length).toBeGreaterThan(0);
      });
    }
  });

  it("is damaged from its begin to its end, once, and the next one is not", () => {
    const [torn, next] = [speakTones(LINE, 8000), speakTones("And you?", 8000)];
    const events = hear(joined(torn.subarray(0, 4000), torn.subarray(4160), next), 8000);
    expect(events.filter(({ type }) => type !== "progress")).toMatchObject([
      { type: "started", atMs: 0 },
      { type: "damaged", startMs: 0, headless: false },
      { type: "started" },
      { type: "text", text: "And you?" },
    ]);
  });

  it("is damaged where its begin is missing, and where its end is", () => {
    const samples = speakTones(LINE, 8000);
    const [beginless, endless] = [hear(joined(silence(20), samples.subarray(1000), silence(50)), 8000), hear(samples.subarray(0, -2000), 8000)];
    // What fades is not heard to its very end.
    expect(beginless).toMatchObject([{ type: "started" }, { type: "damaged", endMs: 20 + lengthOf(LINE) - 125 - 2, headless: true }]);
    expect(endless.at(-1)).toEqual({ type: "damaged", startMs: 0, endMs: lengthOf(LINE) - 250, headless: false });
  });
});

/** What is heard in samples that come in steps, to their end. */
function hear(samples: Int16Array, rate: number, step = rate / 50): ToneEvent[] {
  const events: ToneEvent[] = [];
  const listener = new ToneListener(rate, (event) => events.push(event));
  for (let at = 0; at < samples.length; at += step) listener.write(samples.subarray(at, at + step));
  listener.flush();
  return events;
}

function textsIn(events: readonly ToneEvent[]): string[] {
  return events.flatMap((event) => (event.type === "text" ? [event.text] : []));
}

/** Milliseconds that a text takes. */
function lengthOf(text: string): number {
  return 180 + 40 * new TextEncoder().encode(text).length;
}

function silence(ms: number, rate = 8000): Int16Array {
  return new Int16Array(Math.round((rate * ms) / 1000));
}

function joined(...parts: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function clip(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample)));
}

/** White noise with this root mean square, the same in every run. */
function noiseOf(rms: number): () => number {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return clip((seed / 0x3fffffff - 1) * rms * Math.sqrt(3));
  };
}
