import { describe, expect, it } from "vitest";
import { Caller, type CallerManners, type Sound } from "./caller.ts";

const MANNERS: CallerManners = { pauseFrames: 4, speechFrames: 3, silenceFrames: 2, answerMs: 200 };

/** A caller by whom time passes in frames, and what it told. */
function talk(manners: Partial<CallerManners> = {}) {
  const told: string[] = [];
  const caller = new Caller(
    { ...MANNERS, ...manners },
    {
      firstAudio: (ms) => told.push(`first audio after ${ms}`),
      answered: (gap) => told.push(`answered, gap ${gap}`),
      cleared: (ms) => told.push(`cleared after ${ms}`),
    },
    () => 0.5,
  );
  let now = 0;
  const pass = (frames: number): Sound[] => Array.from({ length: frames }, () => caller.sound((now += 20)));
  const untilTurn = () => {
    while (pass(1)[0] !== "turn");
  };
  return { caller, told, pass, untilTurn, now: () => now };
}

describe("a caller", () => {
  it("waits, speaks, is quiet, and is done", () => {
    const { pass } = talk();
    // The frames between are those in which it makes up its mind.
    expect(pass(10)).toEqual(["room", "room", "room", "speech", "speech", "room", "room", "turn", "room", "room"]);
  });

  it("hears the answer to its end, and goes on", () => {
    const { caller, told, untilTurn, now, pass } = talk();
    untilTurn();
    expect(caller.waits).toBe(true);
    for (let frames = 1; frames <= 10; frames++) caller.heard(now() + 3, frames, 7);
    expect(told).toEqual(["first audio after 3", "answered, gap 7"]);
    expect(caller.waits).toBe(false);
    expect(pass(20)).toContain("speech");
    expect(caller.lost).toBe(0);
  });

  it("interrupts where it is one who does, and says the rest when our voice is silent", () => {
    const { caller, told, untilTurn, now, pass } = talk({ interruptsAfter: [3, 0] });
    untilTurn();
    caller.heard(now(), 1, 0);
    expect(pass(4)).toEqual(["room", "room", "room", "words"]);
    caller.cleared(now() + 2);
    caller.cleared(now() + 90);
    expect(told).toEqual(["first audio after 0", "cleared after 2"]);
    expect(pass(10).filter((sound) => sound === "turn")).toHaveLength(1);
  });

  it("does not wait for ever, and remembers how often it did in vain", () => {
    const { caller, untilTurn, pass, now } = talk({ interruptsAfter: [3, 0] });
    untilTurn();
    pass(2000);
    expect(caller.lost).toBe(1);
    untilTurn();
    caller.heard(now(), 1, 0);
    pass(105);
    expect(caller.lost).toBe(2);
  });
});
