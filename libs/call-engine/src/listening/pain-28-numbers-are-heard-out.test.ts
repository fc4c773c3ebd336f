import type { TranscriberCapabilities } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { Listener, MUTE, TELLING } from "./listener.test-support.ts";
import { noise, speech } from "./sounds.test-support.ts";
import { endsInNumber } from "./words.ts";

const DIGIT_MS = 320;
/** A transcriber that ends a turn by so much silence. */
const ENDS_AFTER_MS = 400;
const PATIENCE_MS = 1200;

async function onLine(capabilities: TranscriberCapabilities, silenceTimeoutMs = ENDS_AFTER_MS): Promise<Listener> {
  const line = new Listener({ capabilities, silenceTimeoutMs });
  line.hear(noise(60_000, -52));
  await line.run(1000);
  return line;
}

/** Reads a number out, with pauses that the transcriber takes for the end. */
async function readOut(line: Listener, digits: string, pauseMs: number): Promise<void> {
  for (const [place, digit] of [...digits].entries()) {
    line.hear(speech(DIGIT_MS, -20, place));
    line.partial(`item-${place}`, digit);
    await line.run(DIGIT_MS + ENDS_AFTER_MS);
    line.final(`item-${place}`, `${digit}.`);
    await line.run(pauseMs - ENDS_AFTER_MS);
  }
}

const spaced = (digits: string) => [...digits].map((digit) => `${digit}.`).join(" ");

describe("pain 28: callers are cut off in the middle of a number", () => {
  it.each([
    ["with words while one speaks", TELLING],
    ["with words only at the end", { ...TELLING, partials: false, speechStart: false }],
  ])("digits that are read out with pauses are one turn, by a transcriber that finds the end, %s", async (_what, capabilities) => {
    const line = await onLine(capabilities);
    await readOut(line, "0123456789012345", 700);
    expect(line.turns).toEqual([]);
    await line.run(PATIENCE_MS);
    expect(line.turns).toEqual([spaced("0123456789012345")]);
  });

  it("digits are one turn where the engine finds the end, and the transcriber is asked for them", async () => {
    const line = await onLine(MUTE);
    for (let digit = 0; digit < 6; digit++) {
      line.hear(speech(DIGIT_MS, -20, digit));
      await line.run(DIGIT_MS + ENDS_AFTER_MS + 40);
      if (digit === 0) line.final("first", "4");
      await line.run(300 - 40);
    }
    expect([line.turns, line.flushes]).toEqual([[], 1]);
    await line.run(PATIENCE_MS);
    expect(line.flushes).toBe(2);
    line.final("rest", "71 300");
    await line.run(20);
    expect(line.turns).toEqual(["4 71 300"]);
  });

  it("a number that is over is a turn after a little more than a second", async () => {
    const line = await onLine(TELLING);
    line.hear(speech(800, -20));
    line.partial("a", "At 5");
    await line.run(800 + ENDS_AFTER_MS);
    line.final("a", "At 5.");
    await line.run(PATIENCE_MS - ENDS_AFTER_MS - 100);
    expect(line.turns).toEqual([]);
    await line.run(140);
    expect(line.turns).toEqual(["At 5."]);
  });

  it("no other turn waits", async () => {
    const line = await onLine(TELLING);
    line.hear(speech(800, -20));
    line.partial("a", "At 5 o'clock");
    await line.run(800 + ENDS_AFTER_MS);
    line.final("a", "At 5 o'clock.");
    await line.run(20);
    expect(line.turns).toEqual(["At 5 o'clock."]);
  });

  it("a number without end is a turn all the same", async () => {
    const line = await onLine(TELLING);
    await readOut(line, "1234567890".repeat(5), 700);
    expect(line.turns.length).toBeGreaterThan(0);
  });

  it.each([
    ["My number is 4 7 1", true],
    ["0 1 2 3.", true],
    ["+49 30 …", true],
    ["٤٧١", true],
    ["At 5 o'clock", false],
    ["7th of May", false],
    ["four seven one", false],
    ["", false],
  ])("whether a number may go on behind %j: %s", (text, expected) => expect(endsInNumber(text)).toBe(expected));
});
