import { TelephonyError } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { TurnAssembly, type AssembledTurn, type TurnAssemblyOptions, type TurnListener } from "./turn-assembly.ts";

/** An assembly whose voice is in the test's hands. */
function assemble(given: Partial<Pick<TurnAssemblyOptions, "endOfTurn" | "partials"> & Pick<TurnListener, "onLost">> = {}) {
  const { onLost, ...options } = given;
  const clock = createVirtualClock();
  const voice = { speaking: false, heardMs: 0, lastHeardAt: 0, onsetAt: 0 };
  const told: string[] = [];
  const turns: AssembledTurn[] = [];
  const assembly = new TurnAssembly({
    clock,
    endOfTurn: "provider",
    partials: true,
    silenceMs: 800,
    voice,
    listener: {
      onTurn: (turn) => {
        turns.push(turn);
        told.push(`turn: ${turn.text}`);
      },
      onNothing: () => void told.push("nothing"),
      onEager: (text) => void told.push(`eager: ${text}`),
      onEagerRevoked: () => void told.push("revoked"),
      onLost: onLost ?? (({ code }) => void told.push(`lost: ${code}`)),
      onFlushNeeded: () => void told.push("flush"),
    },
    ...options,
  });
  const begin = () => {
    Object.assign(voice, { speaking: true, onsetAt: clock.monotonic() });
    assembly.voiceBegan();
  };
  const end = () => {
    voice.speaking = false;
    assembly.voiceEnded();
  };
  /** The caller speaks for so long; the end is noticed 200 ms later, when `silently` passes. */
  const speak = async (ms: number) => {
    if (!voice.speaking) begin();
    for (let left = ms; left > 0; left -= 20) {
      await clock.advance(20);
      voice.heardMs += 20;
      voice.lastHeardAt = clock.monotonic();
    }
  };
  const silently = async (ms: number) => {
    const noticed = voice.speaking ? Math.min(ms, 200) : 0;
    await clock.advance(noticed);
    if (noticed === 200) end();
    await clock.advance(ms - noticed);
  };
  return { clock, voice, told, turns, assembly, speak, silently };
}

const FAILED = new TelephonyError("unavailable", "the item could not be recognised");

describe("a turn whose end the transcriber finds", () => {
  it("is there in the tick of its final text", async () => {
    const { assembly, clock, told } = assemble();
    assembly.partial("a", "I would");
    assembly.final("a", "I would like a taxi.");
    await clock.advance(0);
    expect(told).toEqual(["turn: I would like a taxi."]);
    expect(clock.pending).toBe(0);
  });

  it("says when the caller was heard last, when the text was there, and how certain its worst part is", async () => {
    const { assembly, clock, turns, speak, silently } = assemble();
    await speak(600);
    const ended = clock.monotonic();
    await silently(300);
    assembly.final("a", "A taxi,", { confidence: 0.9 });
    assembly.final("b", "please.", { confidence: 0.7 });
    await clock.advance(0);
    expect(turns).toEqual([{ text: "A taxi, please.", speechEndedAt: ended, finalAt: ended + 300, confidence: 0.7 }]);
  });

  it.each([
    ["in the order in which they were announced", [undefined, undefined]],
    ["in the order of the transcriber's clock", [2000, 1000]],
  ])("joins items that become final out of order, %s", async (_order, [ofSecond, ofFirst]) => {
    const { assembly, clock, told } = assemble();
    if (ofFirst === undefined) {
      assembly.started("first");
      assembly.started("second");
    }
    assembly.final("second", "and then to the station.", ofSecond === undefined ? {} : { timeMs: ofSecond });
    if (ofFirst === undefined) await clock.advance(500);
    assembly.final("first", "To the bank,", ofFirst === undefined ? {} : { timeMs: ofFirst });
    await clock.advance(0);
    expect(told).toEqual(["turn: To the bank, and then to the station."]);
  });

  it("does not wait for ever for an item that was announced before it", async () => {
    const { assembly, clock, told } = assemble();
    assembly.started("never");
    assembly.final("b", "Hello.");
    await clock.advance(1499);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(["turn: Hello."]);
  });

  it("takes equal words of two items twice, and one item once", async () => {
    const { assembly, clock, told } = assemble();
    for (const id of ["a", "a", "b"]) {
      assembly.final(id, "Yes.");
      await clock.advance(1000);
      assembly.partial(id, "Yes");
      assembly.started(id);
      await clock.advance(10_000);
    }
    expect(told).toEqual(["turn: Yes.", "turn: Yes."]);
  });

  it("waits for the words of a caller who goes on, and joins them", async () => {
    const { assembly, clock, told, speak, silently } = assemble();
    await speak(600);
    await silently(300);
    await speak(100);
    assembly.final("a", "A table,");
    await speak(200);
    assembly.partial("b", "for");
    await speak(3000);
    assembly.partial("b", "for two of us");
    await silently(300);
    assembly.final("b", "for two of us.");
    await clock.advance(0);
    expect(told).toEqual(["turn: A table, for two of us."]);
  });

  it("waits ten seconds for them and no longer; what comes then is another turn", async () => {
    const { assembly, clock, told } = assemble();
    assembly.final("a", "A table.");
    for (let words = 1; words <= 11; words++) {
      assembly.partial("b", "and ".repeat(words));
      await clock.advance(words < 11 ? 999 : 0);
    }
    expect(told).toEqual([]);
    await clock.advance(10);
    expect(told).toEqual(["turn: A table."]);
    await clock.advance(5000);
    expect(told).toEqual(["turn: A table.", `turn: ${"and ".repeat(11).trim()}`]);
  });

  it.each([
    ["a sound that turns out to be too short for a word, as soon as it is over", 60, 320],
    ["a sound without words, for a second and a half", 700, 1520],
  ])("waits for %s", async (_what, soundMs, within) => {
    const { assembly, clock, told, speak, silently } = assemble();
    await speak(600);
    await silently(300);
    await speak(60);
    assembly.final("a", "A table.");
    const at = clock.monotonic();
    await speak(soundMs);
    await silently(200);
    if (told.length === 0) await clock.runUntil(() => told.length > 0, 5000);
    expect(told).toEqual(["turn: A table."]);
    expect(clock.monotonic() - at).toBeLessThanOrEqual(within);
  });

  it("does not wait where the final text comes before the end of the speech is noticed for longer than that takes", async () => {
    const { assembly, clock, told, speak, silently } = assemble();
    await speak(900);
    assembly.partial("a", "Hello");
    assembly.final("a", "Hello.");
    await clock.advance(0);
    expect(told).toEqual(["turn: Hello."]);
    await silently(1000);
    expect(told).toEqual(["turn: Hello."]);
  });

  it("is made of a partial text five seconds after its last sign, where no final one comes", async () => {
    const { assembly, clock, told, turns } = assemble();
    assembly.partial("a", "I would like");
    await clock.advance(4000);
    assembly.partial("a", "I would like a taxi");
    await clock.advance(4999);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(["turn: I would like a taxi"]);
    expect(turns[0]).toMatchObject({ finalAt: clock.monotonic(), speechEndedAt: clock.monotonic() - 5000 });
    assembly.final("a", "I'd like a taxi.");
    await clock.advance(10_000);
    expect(told).toHaveLength(1);
  });

  it("is followed by the late final text where that says more", async () => {
    const { assembly, clock, told } = assemble();
    assembly.partial("a", "I would like");
    await clock.advance(5000);
    assembly.final("a", "I would like a taxi to the station.");
    await clock.advance(0);
    expect(told).toEqual(["turn: I would like", "turn: I would like a taxi to the station."]);
  });

  it("is none without words", async () => {
    const { assembly, clock, told } = assemble();
    assembly.final("a", " ");
    await clock.advance(10_000);
    expect(told).toEqual(["nothing"]);
  });
});

describe("a turn whose end the engine finds", () => {
  it("is over after 800 ms of silence", async () => {
    const { assembly, clock, told, speak, silently } = assemble({ endOfTurn: "engine" });
    await speak(600);
    await silently(300);
    assembly.final("a", "A table");
    await silently(480);
    expect(told).toEqual([]);
    await clock.advance(20);
    expect(told).toEqual(["turn: A table"]);
    expect(clock.pending).toBe(0);
  });

  it("is over 800 ms after its text where nothing could be heard", async () => {
    const { assembly, clock, told } = assemble({ endOfTurn: "engine" });
    assembly.final("a", "A table");
    await clock.advance(799);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(["turn: A table"]);
  });

  it("goes on while the caller does, by voice or by words", async () => {
    const { assembly, clock, told, speak, silently } = assemble({ endOfTurn: "engine" });
    await speak(600);
    assembly.final("a", "A table");
    await silently(700);
    await speak(600);
    assembly.partial("b", "for");
    await silently(700);
    assembly.partial("b", "for two");
    await clock.advance(700);
    assembly.final("b", "for two");
    await silently(1000);
    expect(told).toEqual(["turn: A table for two"]);
  });

  it("asks for its text after the silence, once, and is over when that comes", async () => {
    const { assembly, clock, told, speak, silently } = assemble({ endOfTurn: "engine", partials: false });
    await speak(600);
    await silently(780);
    expect(told).toEqual([]);
    await silently(20);
    expect(told).toEqual(["flush"]);
    await clock.advance(400);
    assembly.final("a", "A table for two.");
    await clock.advance(0);
    expect(told).toEqual(["flush", "turn: A table for two."]);
    await clock.advance(60_000);
    expect(told).toHaveLength(2);
  });

  it("takes what is known when the text does not come within two seconds", async () => {
    const { assembly, clock, told, speak, silently } = assemble({ endOfTurn: "engine" });
    await speak(600);
    assembly.partial("a", "A table for");
    await silently(800);
    expect(told).toEqual(["flush"]);
    await clock.advance(1999);
    expect(told).toEqual(["flush"]);
    await clock.advance(1);
    expect(told).toEqual(["flush", "turn: A table for"]);
  });

  it("is none where a sound had no words", async () => {
    const { clock, told, speak, silently } = assemble({ endOfTurn: "engine", partials: false });
    await speak(300);
    await silently(800);
    await clock.advance(2000);
    expect(told).toEqual(["flush", "nothing"]);
    expect(clock.pending).toBe(0);
  });

  it("is none where its text is lost, and is not asked for again", async () => {
    const { assembly, clock, told, speak, silently } = assemble({ endOfTurn: "engine", partials: false });
    await speak(600);
    await silently(800);
    assembly.failed("a", FAILED);
    await clock.advance(60_000);
    expect(told).toEqual(["flush", "lost: unavailable"]);
  });

  it("does not ask for the text of a click", async () => {
    const { clock, told, speak, silently } = assemble({ endOfTurn: "engine", partials: false });
    await speak(80);
    await silently(800);
    await clock.advance(60_000);
    expect(told).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it("asks again when the caller went on while the text was on its way", async () => {
    const { assembly, told, speak, silently } = assemble({ endOfTurn: "engine", partials: false });
    await speak(600);
    await silently(900);
    await speak(200);
    assembly.final("a", "A table");
    await speak(400);
    await silently(900);
    assembly.final("b", "for two");
    await silently(0);
    expect(told).toEqual(["flush", "flush", "turn: A table for two"]);
  });

  it.each([
    ["five seconds after the last word", true, 5000],
    ["half a minute after its begin, where words come only after the speech", false, 30_000],
  ])("ends over noise that does not, %s", async (_when, partials, ms) => {
    const { assembly, told, speak } = assemble({ endOfTurn: "engine", partials });
    await speak(20);
    if (partials) assembly.final("a", "Hello");
    await speak(ms - 200);
    expect(told).toEqual([]);
    await speak(400);
    expect(told).toEqual(["flush"]);
    if (!partials) assembly.final("a", "Hello");
    await speak(2200);
    expect(told[1]).toBe("turn: Hello");
  });
});

describe("a turn that seems to be over", () => {
  it("is told early, and is a turn with the same text", async () => {
    const { assembly, clock, told } = assemble();
    assembly.eagerEnd("a", "A taxi please");
    assembly.eagerEnd("a", "A taxi please");
    assembly.final("a", "A taxi, please.");
    await clock.advance(0);
    expect(told).toEqual(["eager: A taxi please", "turn: A taxi, please."]);
  });

  it.each<[string, (assembly: TurnAssembly) => void]>([
    ["the transcriber says so", (assembly) => assembly.resumed("a")],
    ["more is recognised", (assembly) => assembly.partial("a", "A taxi please to the")],
    ["the final text is another", (assembly) => assembly.final("a", "A taxi to the bank.")],
    ["the final text is empty", (assembly) => assembly.final("a", "")],
  ])("is taken back when %s", async (_what, act) => {
    const { assembly, clock, told } = assemble();
    assembly.eagerEnd("a", "A taxi please");
    act(assembly);
    await clock.advance(0);
    expect(told.slice(0, 2)).toEqual(["eager: A taxi please", "revoked"]);
    expect(told.filter((line) => line === "revoked")).toHaveLength(1);
  });

  it("has the whole text of the turn", () => {
    const { assembly, told } = assemble();
    assembly.final("a", "Hello.");
    assembly.eagerEnd("b", "A taxi");
    expect(told).toEqual(["eager: Hello. A taxi"]);
  });
});

describe("an item that is lost", () => {
  it("is told where nothing of it is known, and its late news are ignored", async () => {
    const { assembly, clock, told } = assemble();
    assembly.started("a");
    assembly.failed("a", FAILED);
    assembly.failed("a", FAILED);
    assembly.final("a", "Late.");
    await clock.advance(10_000);
    expect(told).toEqual(["lost: unavailable"]);
  });

  it("is a turn of what was recognised of it", async () => {
    const { assembly, clock, told } = assemble();
    assembly.partial("a", "I would like");
    assembly.failed("a", FAILED);
    await clock.advance(0);
    expect(told).toEqual(["turn: I would like"]);
  });
});

it("an assembly keeps no more than it needs, and loses no text for it", () => {
  const { assembly, told } = assemble({ endOfTurn: "engine" });
  for (let i = 0; i < 200; i++) assembly.started(`noise-${i}`);
  expect(told).toEqual([]);
  for (let i = 0; i < 65; i++) assembly.final(`item-${i}`, "word");
  expect(told).toEqual([`turn: ${Array.from({ length: 64 }, () => "word").join(" ")}`]);
});

it("after its end an assembly does nothing, also where that comes while it tells something", async () => {
  const { assembly, clock, told } = assemble({ endOfTurn: "engine", onLost: () => assembly.close() });
  assembly.partial("a", "I would");
  assembly.failed("b", FAILED);
  expect(clock.pending).toBe(0);
  await clock.advance(60_000);
  expect(told).toEqual([]);
});
