import { TelephonyError } from "@openclaw/telephony-contract";
import { leakInLog } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Listener, MUTE, TELLING } from "./listener.test-support.ts";
import { hum, noise, speech, tone } from "./sounds.test-support.ts";

const QUESTION = "Shall I book a table for two at five o'clock?";
const VOICE = speech(5000, -16, 11);
const ROOM = noise(20_000, -52);

async function onLine(options: ConstructorParameters<typeof Listener>[0] = {}): Promise<Listener> {
  const line = new Listener({ echo: { lossDb: 25, delayMs: 200 }, ...options });
  line.behave();
  line.hear(ROOM);
  await line.run(1000);
  return line;
}

describe("a caller who speaks while we are silent", () => {
  it("is heard to begin within 60 ms, and said to have stopped when it was so", async () => {
    const line = await onLine();
    const onset = line.time;
    line.hear(speech(1000, -20));
    await line.run(1300);
    line.final("a", "Hello there.");
    await line.run(20);
    const [started] = line.of("speechStarted");
    const [turn] = line.of("turn");
    expect(line.since(started?.at ?? 0)).toBe(onset);
    expect(line.since(turn?.speechEndedAt ?? 0)).toBeGreaterThan(onset + 900);
    expect(line.since(turn?.speechEndedAt ?? 0)).toBeLessThanOrEqual(onset + 1000);
    expect(line.since(turn?.finalAt ?? 0)).toBe(onset + 1300);
  });

  it("begins once in each turn, whoever notices first", async () => {
    const line = await onLine();
    for (const id of ["a", "b"]) {
      line.tell({ type: "speechStarted", itemId: id });
      line.hear(speech(600, -20));
      line.partial(id, "Hello");
      await line.run(900);
      line.final(id, "Hello.");
      await line.run(3000);
    }
    expect(line.types).toEqual(["speechStarted", "turn", "speechStarted", "turn"]);
  });

  it("begins anew some time after a sound of which nothing came", async () => {
    const line = await onLine();
    line.hear(hum(200, -20));
    await line.run(3000);
    line.hear(hum(200, -20));
    await line.run(1000);
    expect(line.types).toEqual(["speechStarted", "speechStarted"]);
  });

  it("may say a single word, and the same one twice", async () => {
    const line = await onLine();
    line.final("a", "Yes.");
    await line.run(100);
    line.final("b", "Yes.");
    await line.run(100);
    expect(line.turns).toEqual(["Yes.", "Yes."]);
  });

  it("has turns by silence where the transcriber finds no end", async () => {
    const line = await onLine({ capabilities: { ...MUTE, partials: true }, silenceTimeoutMs: 500 });
    line.hear(speech(1000, -20));
    await line.run(600);
    line.partial("a", "a table");
    await line.run(400);
    await line.run(440);
    expect(line.flushes).toBe(0);
    await line.run(80);
    expect(line.flushes).toBe(1);
    line.final("a", "A table.");
    await line.run(20);
    expect(line.turns).toEqual(["A table."]);
  });

  it("speaks in tones to a telephone that is tried out", async () => {
    const line = await onLine({ capabilities: MUTE });
    line.hear(tone(3000, 900, -8));
    await line.run(3700);
    expect(line.flushes).toBe(0);
    await line.run(200);
    expect(line.flushes).toBe(1);
    line.final("a", "tones");
    await line.run(20);
    expect(line.turns).toEqual(["tones"]);
  });
});

describe("a caller who speaks while we do", () => {
  it.each([
    ['"okay"', "Okay.", []],
    ["one word that is not ours", "Sunday!", []],
    ["two words", "On Sunday!", ["On Sunday!"]],
  ])("has a turn with two words and more: %s", async (_what, text, turns) => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(1000);
    line.hear(hum(300, -14));
    await line.run(400);
    line.final("a", text);
    await line.run(2000);
    expect(line.turns).toEqual(turns);
    expect(line.of("interrupted")).toHaveLength(turns.length);
    expect(line.of("resumed")).toEqual([]);
  });

  it("has a turn with one word that comes when we are done", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(1000);
    line.hear(hum(300, -14));
    await line.run(100);
    line.fallSilent();
    await line.run(400);
    line.final("a", "Yes.");
    await line.run(100);
    expect(line.turns).toEqual(["Yes."]);
  });

  it("has a turn of one long word, which interrupts by its sound", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(1000);
    line.hear(speech(800, -14));
    line.tell({ type: "speechStarted", itemId: "a" });
    await line.run(1100);
    line.final("a", "Stooop!");
    await line.run(100);
    expect(line.types).toEqual(["speechStarted", "interrupted", "turn"]);
  });

  it("is not told early where the word would be left out", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(1000);
    line.tell({ type: "eagerEnd", itemId: "a", text: "okay" });
    line.final("a", "Okay.");
    await line.run(100);
    expect(line.of("eager")).toEqual([]);
    expect(line.of("eagerRevoked")).toEqual([]);
  });

  it("is not said to begin because of a transcriber that hears us", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(1000);
    line.tell({ type: "speechStarted", itemId: "a" });
    await line.run(1000);
    expect(line.events).toEqual([]);
  });

  it("may not interrupt where that is switched off, and has the turn all the same", async () => {
    const line = await onLine({ bargeIn: { enabled: false } });
    line.speak(QUESTION, VOICE);
    await line.run(1000);
    line.hear(speech(1500, -12));
    line.partial("a", "no at six");
    await line.run(1800);
    line.final("a", "No, at six.");
    await line.run(100);
    expect(line.types).toEqual(["speechStarted", "turn"]);
  });
});

describe("our own words that come back", () => {
  it("are no turn, also when they are recognised after we are done", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(2000);
    line.fallSilent();
    line.spoken = "";
    await line.run(1200);
    line.final("a", "a table for two at five o'clock");
    await line.run(1000);
    expect(line.events).toEqual([]);
  });

  it("are a turn where the caller repeats them after us", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(2000);
    line.fallSilent();
    line.hear(speech(1500, -20));
    await line.run(1800);
    line.final("a", "A table for two at five o'clock.");
    await line.run(100);
    expect(line.turns).toEqual(["A table for two at five o'clock."]);
  });

  it("are a turn where the caller repeats a few over us, louder than an echo", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(2000);
    line.hear(speech(700, -12));
    await line.run(900);
    line.final("a", "Five o'clock!");
    await line.run(100);
    expect(line.turns).toEqual(["Five o'clock!"]);
  });

  it.each([
    ["a loud one", 9],
    ["a soft one", 25],
  ])("are not the caller's because of a sound of long ago, as %s", async (_echo, lossDb) => {
    const line = await onLine({ echo: { lossDb, delayMs: 200 } });
    line.hear(hum(400, -20));
    await line.run(6000);
    line.speak(QUESTION, VOICE, { interruptible: false });
    await line.run(2000);
    line.final("a", "Shall I book a table for two");
    await line.run(100);
    expect(line.turns).toEqual([]);
  });

  it.each<[string, (line: Listener) => void]>([
    ["answered", (line) => line.final("a", "Hello.")],
    ["lost", (line) => line.tell({ type: "itemFailed", itemId: "a", error: new TelephonyError("unavailable", "not recognised") })],
  ])("are not the caller's because of what was said and %s just before", async (_what, settle) => {
    const line = await onLine();
    line.hear(speech(500, -16));
    await line.run(700);
    settle(line);
    await line.run(100);
    line.speak(QUESTION, VOICE);
    await line.run(1500);
    line.final("b", "Shall I book");
    await line.run(100);
    expect(line.turns).not.toContain("Shall I book");
  });

  it("are left out of a turn of which the rest is the caller's", async () => {
    const line = await onLine();
    line.speak(QUESTION, VOICE);
    await line.run(2000);
    line.final("a", "Shall I book a table");
    line.final("b", "No, thank you.");
    await line.run(100);
    expect(line.turns).toEqual(["No, thank you."]);
  });
});

it("what is lost is told, and ends an interruption", async () => {
  const line = await onLine();
  line.speak(QUESTION, VOICE);
  await line.run(1000);
  line.tell({ type: "speechStarted", itemId: "a" });
  line.hear(speech(900, -12));
  await line.run(1200);
  const error = new TelephonyError("unavailable", "not recognised");
  line.tell({ type: "itemFailed", itemId: "a", error });
  await line.run(5000);
  expect(line.types).toEqual(["speechStarted", "interrupted", "lost"]);
  expect(line.of("lost")[0]?.error).toBe(error);
});

it("nothing that was said reaches the log", async () => {
  const line = await onLine({ capabilities: TELLING });
  line.speak(QUESTION, VOICE);
  await line.run(1000);
  line.final("a", "Okay.");
  line.final("b", "Shall I book a table");
  await line.run(1000);
  expect(line.log.lines.map(({ level, fields }) => [level, fields])).toEqual([
    ["debug", { words: 5 }],
    ["debug", { words: 1 }],
  ]);
  expect(leakInLog(line.log.lines, { secrets: [], numbers: [], spoken: ["Okay", "okay", "table"] })).toBeUndefined();
});
