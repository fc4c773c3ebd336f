import { describe, expect, it } from "vitest";
import { Utterance, type Stretch } from "./utterance.ts";
import { shareFound, wordsOf } from "./words.ts";

const stretch = (text: string, startMs?: number, endMs?: number): Stretch => ({ text, ...(startMs !== undefined && { startMs }), ...(endMs !== undefined && { endMs }) });

/** An utterance of which this is locked. */
function locked(...stretches: readonly Stretch[]): Utterance {
  const utterance = new Utterance();
  for (const one of stretches) utterance.hear(one, true);
  return utterance;
}

const TABLE = "I would like to book a table";

describe("a text that follows a locked one", () => {
  it.each([
    ["holds it, by its words and its time", stretch(TABLE, 500, 3_500), stretch(`${TABLE}, for two.`, 500, 5_000), `${TABLE}, for two.`],
    ["holds it, in other words", stretch("i would like two tables", 500, 3_500), stretch("I'd like two tables at eight.", 500, 5_000), "I'd like two tables at eight."],
    ["holds it, though its time is that of what follows", stretch(TABLE, 500, 3_500), stretch(`${TABLE} for two`, 3_500, 5_000), `${TABLE} for two`],
    ["holds it, without a time", stretch("Yes"), stretch("Yes please"), "Yes please"],
    ["follows it, by its words and its time", stretch(TABLE, 500, 3_500), stretch("for two.", 3_500, 5_000), `${TABLE} for two.`],
    ["follows it, by its time, with the same word", stretch("Yes", 0, 900), stretch("Yes please", 1_000, 2_000), "Yes Yes please"],
    ["follows it, by its words, though its time is the begin", stretch(TABLE, 500, 3_500), stretch("for two.", 500, 5_000), `${TABLE} for two.`],
    ["follows it, without a time", stretch(TABLE), stretch("for two."), `${TABLE} for two.`],
    ["has no words", stretch(TABLE, 500, 3_500), stretch("", 3_500, 3_500), TABLE],
  ])("%s", (_what, first, second, text) => {
    for (const isLocked of [true, false]) {
      const utterance = locked(first);
      utterance.hear(second, isLocked);
      expect(utterance.text).toBe(text);
    }
  });

  it("may be revised until it is locked", () => {
    const utterance = locked(stretch(TABLE, 500, 3_500));
    utterance.hear(stretch("far too", 3_500, 4_000), false);
    utterance.hear(stretch("for two.", 3_500, 4_500), true);
    expect(utterance.text).toBe(`${TABLE} for two.`);
  });

  it("is put together of as many as there are", () => {
    expect(locked(stretch("One", 0, 1_000), stretch("two", 1_000, 2_000), stretch("three", 2_000, 3_000)).text).toBe("One two three");
    const utterance = locked(stretch("One", 0, 1_000), stretch("One two", 0, 2_000));
    utterance.hear(stretch("One two three", 0, 3_000), true);
    expect(utterance).toMatchObject({ text: "One two three", startMs: 0, endMs: 3_000 });
  });

  it("begins with its first words", () => {
    const utterance = locked(stretch("", 0, 2_000), stretch("Yes", 2_500, 3_000), stretch("please", 3_000, 3_500));
    expect(utterance.startMs).toBe(2_500);
  });

  it("ends where the last of what is locked ends", () => {
    expect(locked(stretch(TABLE, 500, 3_500), stretch("", 0, 0)).endMs).toBe(3_500);
    const utterance = locked(stretch(TABLE));
    utterance.hear(stretch("for", 3_500, 9_000), false);
    expect(utterance.endMs).toBeUndefined();
  });
});

describe("what comes at the end", () => {
  it.each([
    ["what was not reported", "And bye.", "And bye."],
    ["everything", "Good morning. Book a table. And bye.", "And bye."],
    ["nothing", "", "And"],
    ["nothing new", "Good morning. Book a table.", "And"],
  ])("is %s", (_what, rest, text) => {
    const utterance = new Utterance();
    for (const said of ["Good morning.", "Book a table."]) {
      utterance.hear(stretch(said), true);
      utterance.end();
    }
    utterance.hear(stretch("And"), false);
    utterance.hearRest(rest);
    expect(utterance.text).toBe(text);
  });

  it("holds what is locked, or follows it", () => {
    for (const rest of ["Book a table.", "a table."]) {
      const utterance = locked(stretch("Book"));
      utterance.hearRest(rest);
      expect(utterance.text).toBe("Book a table.");
    }
  });

  it("is everything also after a long talk", () => {
    const utterance = new Utterance();
    const talk = Array.from({ length: 80 }, (_, at) => `word${at}`).join(" ");
    utterance.hear(stretch(talk), true);
    utterance.end();
    utterance.hearRest(`${talk} bye`);
    expect(utterance.text).toBe("bye");
  });
});

describe("an utterance over a lost connection", () => {
  it("keeps what is not heard again", () => {
    const utterance = locked(stretch("A long time ago", 0, 8_000), stretch("there was", 8_000, 16_000));
    utterance.restarted(8_000);
    expect(utterance).toMatchObject({ text: "A long time ago", startMs: undefined, endMs: undefined });
    utterance.hear(stretch("there was a king.", 0, 9_000), true);
    utterance.restarted(0);
    utterance.hear(stretch("there was a king.", 0, 9_000), true);
    expect(utterance.text).toBe("A long time ago there was a king.");
  });

  it("does not count what it kept for the next connection's", () => {
    const utterance = locked(stretch("A long time ago", 0, 8_000));
    utterance.restarted(8_000);
    utterance.hear(stretch("there was a king.", 0, 3_000), true);
    utterance.end();
    utterance.hearRest("there was a king. And bye.");
    expect(utterance.text).toBe("And bye.");
  });

  it("knows nothing of what was reported", () => {
    const utterance = locked(stretch("Yes."));
    utterance.end();
    utterance.restarted(0);
    utterance.hearRest("Yes. No.");
    expect(utterance.text).toBe("Yes. No.");
  });
});

describe("words", () => {
  it("are compared without capitals and punctuation, in every script", () => {
    expect(wordsOf("It's 8:30 — „Genau!“")).toEqual(wordsOf("it's 8:30, genau"));
    expect(wordsOf("我想订一张桌子").length).toBeGreaterThan(1);
  });

  it("are found in their order, near the begin", () => {
    expect(shareFound(["a", "b", "c", "d"], ["a", "x", "c", "d", "e"])).toBe(0.75);
    expect(shareFound(["a", "b"], ["x", "x", "x", "a", "b"])).toBe(0);
    expect([shareFound([], ["a"]), shareFound(["a"], [])]).toEqual([0, 0]);
  });
});
