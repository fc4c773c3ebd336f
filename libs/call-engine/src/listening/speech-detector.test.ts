import type { Level } from "@openclaw/telephony-audio";
import { MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { FrameMeter } from "./frame-meter.ts";
import { SpeechDetector } from "./speech-detector.ts";
import { babble, encode, hum, mixInto, noise, sequence, silence, speech, tone, type Sound } from "./sounds.test-support.ts";

const SILENT = { outputLevel: -Infinity };

/** What a detector makes of a sound; times are milliseconds since its begin. */
function detect(sound: Sound, { output = -Infinity, chunk = 160 }: { output?: number; chunk?: number } = {}) {
  const detector = new SpeechDetector({ clock: createVirtualClock(), marginDb: 9, echoReturnLossDb: 14, sustainedMs: 500 });
  const seen = { began: [] as number[], ended: [] as number[], sustained: undefined as number | undefined, detector };
  let ms = 0;
  const onFrame = (level: Level) => {
    const change = detector.frame(level, { outputLevel: output });
    ms += 20;
    if (change) seen[change].push(ms);
    if (detector.sustained) seen.sustained ??= ms;
  };
  const meter = new FrameMeter(MULAW_8K, { onFrame });
  const bytes = encode(sound);
  for (let at = 0; at < bytes.length; at += chunk) meter.push(bytes.subarray(at, at + chunk));
  return seen;
}

const ROOM = noise(1000, -50);
const inRoom = (sound: Sound) => sequence(ROOM, sound, ROOM);

describe("the speech detector", () => {
  it.each([
    ["even noise", noise(5000, -29)],
    ["even noise that sets in suddenly", inRoom(noise(3000, -29))],
    ["a room full of people", babble(8000, -29)],
    ['a "hm" of 300 ms', inRoom(hum(300, -18))],
    ['two "hm" in a row', inRoom(sequence(hum(300, -18), silence(180), hum(300, -18)))],
    ['a hummed "mmmm" of a second', inRoom(hum(1000, -24))],
    ["clicks, four a second", inRoom(sequence(...Array.from({ length: 12 }, () => sequence(tone(20, 900, -6), noise(230, -50)))))],
    ["speech that is as soft as the echo of our own voice may be", inRoom(speech(2000, -28)), -10],
  ])("does not find sustained speech in %s", (_what, sound, output = -Infinity) => {
    expect(detect(sound, { output }).sustained).toBeUndefined();
  });

  it.each([
    ["in a quiet room", -60, -20, -Infinity],
    ["in perfect silence", -200, -30, -Infinity],
    ["in a noisy room", -36, -18, -Infinity],
    ["over our own voice", -60, -18, -20],
  ])("finds 800 ms of speech %s within its first half second", (_where, room, voice, output) => {
    const line = noise(2000, room);
    mixInto(line, speech(800, voice), 8000);
    const { began, ended, sustained } = detect(line, { output });
    expect(began).toEqual([1060]);
    expect(sustained).toBeGreaterThanOrEqual(1500);
    expect(sustained).toBeLessThanOrEqual(1560);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toBeGreaterThanOrEqual(1900);
    expect(ended[0]).toBeLessThanOrEqual(2000);
  });

  it("hears the same however the audio is cut", () => {
    const whole = detect(inRoom(speech(900, -20)));
    for (const chunk of [1, 37, 160, 331, 8000]) {
      expect(detect(inRoom(speech(900, -20)), { chunk })).toMatchObject({ began: whole.began, ended: whole.ended, sustained: whole.sustained });
    }
  });

  it("tells sound that can only be the caller's from sound over our own voice", () => {
    const alone = detect(inRoom(speech(800, -18))).detector;
    expect(alone.heardAloneMs).toBe(alone.heardMs);
    expect(alone.heardMs).toBeGreaterThan(500);
    const over = detect(inRoom(speech(800, -18)), { output: -20 }).detector;
    expect(over.heardAloneMs).toBe(0);
    expect(over.heardMs).toBeGreaterThan(500);
  });

  it.each([60, 500, 640, 660, 3000])("takes %i ms of speech for sustained when most of them were loud, and no sooner", (sustainedMs) => {
    const firstSustained = (loud: number, quiet: number) => {
      const detector = new SpeechDetector({ clock: createVirtualClock(), marginDb: 9, echoReturnLossDb: 14, sustainedMs });
      const isSustained = (rmsDbfs: number) => (detector.frame({ rmsDbfs, peakDbfs: 0 }, SILENT), detector.sustained);
      for (let i = 0; i < 50; i++) isSustained(-60);
      return Array.from({ length: 400 }, (_, frame) => isSustained(frame % (loud + quiet) < loud ? -10 : -60)).indexOf(true);
    };
    expect(firstSustained(10, 0)).toBe(sustainedMs / 20 - 1);
    expect(firstSustained(15, 5)).toBeGreaterThanOrEqual(sustainedMs / 20 - 1);
    expect(firstSustained(6, 6)).toBe(sustainedMs === 60 ? 2 : -1);
  });

  it("does not put together what lies on both sides of a line that stood still", async () => {
    const clock = createVirtualClock();
    const detector = new SpeechDetector({ clock, marginDb: 9, echoReturnLossDb: 14, sustainedMs: 500 });
    const levels = (count: number, rmsDbfs: number) => {
      for (let i = 0; i < count; i++) detector.frame({ rmsDbfs, peakDbfs: 0 }, SILENT);
    };
    levels(50, -60);
    levels(20, -10);
    expect(detector.speaking).toBe(true);
    await clock.advance(1500);
    const changes = Array.from({ length: 5 }, () => detector.frame({ rmsDbfs: -10, peakDbfs: 0 }, SILENT));
    expect(changes).toContain("ended");
    levels(15, -10);
    expect(detector.run).toBe(2);
    expect(detector.sustained).toBe(false);
  });
});

describe("the meter of frames", () => {
  it.each(["mulaw", "alaw", "pcm16"] as const)("measures %s", (encoding) => {
    const levels: number[] = [];
    const meter = new FrameMeter({ encoding, sampleRate: 8000 }, { onFrame: ({ rmsDbfs }) => levels.push(rmsDbfs) });
    meter.push(encode(tone(100, 500, -12), encoding));
    expect(levels).toHaveLength(5);
    for (const level of levels) expect(Math.abs(level + 12)).toBeLessThan(0.5);
  });

  it("measures streams that take turns each by itself, also within a frame", () => {
    const levels = { loud: [] as number[], soft: [] as number[] };
    const loud = new FrameMeter(pcm16(8000), { onFrame: ({ rmsDbfs }) => levels.loud.push(rmsDbfs) });
    const soft = new FrameMeter(pcm16(8000), { onFrame: ({ rmsDbfs }) => levels.soft.push(rmsDbfs) });
    const [ofLoud, ofSoft] = [encode(tone(100, 500, -12), "pcm16"), encode(tone(100, 500, -40), "pcm16")];
    for (let at = 0; at < ofLoud.length; at += 100) {
      loud.push(ofLoud.subarray(at, at + 100));
      soft.push(ofSoft.subarray(at, at + 100));
    }
    expect(levels.loud.map(Math.round)).toEqual([-12, -12, -12, -12, -12]);
    expect(levels.soft.map(Math.round)).toEqual([-40, -40, -40, -40, -40]);
  });

  it.each<[AudioFormat, RegExp]>([
    [{ encoding: "opus", sampleRate: 48_000 }, /"opus".*use mulaw, alaw or pcm16/],
    [pcm16(11_025), /11025 Hz.*whole number of samples/],
  ])("refuses %o, and says why", (format, message) => {
    expect(() => new FrameMeter(format, { onFrame: () => {} })).toThrow(expect.objectContaining({ code: "unsupported", message: expect.stringMatching(message) as string }));
  });
});
