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

/** Runs until one costs nothing. Before the code is compiled each costs; when that is, is the machine's to say. */
const MAX_RUNS = 300;

/** Heap growth over the frames of the cheapest run. */
function heapGrowth(frame: () => unknown): number {
  let least = Infinity;
  for (let run = 0; run < MAX_RUNS && least > LIMIT_BYTES; run++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < FRAMES; i++) frame();
    const grown = process.memoryUsage().heapUsed - before;
    // A garbage collection in between makes a run worthless.
    if (grown >= 0) least = Math.min(least, grown);
  }
  return least;
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

  it("would be noticed: one number in a box is too much", () => {
    const frame = listening(MULAW_8K);
    const kept: unknown[] = [undefined];
    expect(heapGrowth(() => (frame(), (kept[0] = { at: 1 })))).toBeGreaterThan(LIMIT_BYTES);
  });
});
