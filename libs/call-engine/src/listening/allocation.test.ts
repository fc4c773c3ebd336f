import { MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { createLogRecorder } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { systemClock } from "../system.ts";
import { Ear } from "./ear.ts";
import { TELLING, MUTE } from "./listener.test-support.ts";
import { DEFAULT_BARGE_IN } from "./settings.ts";
import { encode, noise, speech } from "./sounds.test-support.ts";

/** Frames in a measured run: few enough that what they might allocate does not start a garbage collection. */
const FRAMES = 2000;
/** The smallest object there is takes 16 bytes. The rest is room for a look at the clock now and then, and the runtime. */
const LIMIT_BYTES = FRAMES * 10;

/** Tries until one costs nothing. Before the code is compiled each costs; when that is, is the machine's to say. */
const MAX_TRIES = 60;

/** Heap growth over the frames of a run: the middle one of five, since a garbage collection makes a run worthless. */
function heapGrowth(frame: () => unknown): number {
  const growth = () => {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < FRAMES; i++) frame();
    return process.memoryUsage().heapUsed - before;
  };
  let middle = Infinity;
  for (let tries = 0; tries < MAX_TRIES && middle > LIMIT_BYTES; tries++) {
    middle = Array.from({ length: 5 }, growth).sort((one, other) => one - other)[2] as number;
  }
  return middle;
}

/** An ear that hears a line with speech over our own voice, on the real clock. */
function listening(formatIn: AudioFormat, capabilities = TELLING): () => void {
  let level = -20;
  const ear = new Ear({
    clock: systemClock,
    settings: { silenceTimeoutMs: 800, bargeIn: DEFAULT_BARGE_IN },
    capabilities,
    formatIn,
    output: {
      audible: "reply",
      interruptible: false,
      get outputLevel() {
        return level;
      },
      spokenText: () => "",
    },
    onEvent: () => {},
    log: createLogRecorder(),
  });
  ear.playbackStarted();
  const line = noise(20_000, -50);
  line.set(speech(4000, -14), 5000 * 8);
  const bytes = encode(line, formatIn.encoding === "pcm16" ? "pcm16" : "mulaw");
  const size = (formatIn.sampleRate / 50) * (formatIn.encoding === "pcm16" ? 2 : 1);
  const frames = Array.from({ length: bytes.length / size }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
  let at = 0;
  return () => {
    level = -20 - (at % 7);
    ear.audio(frames[at++ % frames.length] as Uint8Array);
  };
}

describe("the memory that listening to a frame costs", () => {
  it.each([
    ["µ-law", MULAW_8K, TELLING],
    ["µ-law where the engine ends turns", MULAW_8K, MUTE],
    ["PCM16", pcm16(8000), TELLING],
  ])("is none for %s", (_what, format, capabilities) => {
    expect(heapGrowth(listening(format, capabilities))).toBeLessThan(LIMIT_BYTES);
  });

  it("would be noticed: one view a frame is too much", () => {
    const frame = listening(MULAW_8K);
    const bytes = new Uint8Array(160);
    const kept: Uint8Array[] = [];
    expect(heapGrowth(() => (frame(), kept.push(bytes.subarray(1))))).toBeGreaterThan(LIMIT_BYTES);
    expect(kept.length).toBeGreaterThanOrEqual(FRAMES);
  });
});
