import { describe, expect, it } from "vitest";
import { Transcript } from "./transcript.ts";
import { afterWords, overlap, wordsOf } from "./words.ts";

function written(...pieces: readonly string[]): Transcript {
  const transcript = new Transcript();
  pieces.forEach((piece, at) => transcript.write(piece, at * 1_000));
  return transcript;
}

describe("a transcript", () => {
  it("is written piece by piece, and a word may be in two", () => {
    expect(written(" I would", " li", "ke").text).toBe("I would like");
    expect(written(" ", "").text).toBe("");
  });

  it("keeps what was written beyond a segment", () => {
    const transcript = written(" Yes,", " please.", " And");
    expect(transcript.segment("Yes, please.")).toBe("Yes, please.");
    expect(transcript.text).toBe("And");
    expect(transcript.segment("And that's it.")).toBe("And that's it.");
    expect(transcript.text).toBe("");
  });

  it("believes a segment that reads differently", () => {
    const transcript = written(" I scream");
    expect(transcript.segment("Ice cream.")).toBe("Ice cream.");
    expect(transcript.text).toBe("");
  });

  it("takes the same words twice where they were said twice", () => {
    const transcript = written(" Yes.");
    expect(transcript.segment("Yes.")).toBe("Yes.");
    expect(transcript.segment("Yes.")).toBe("Yes.");
    transcript.write(" Yes.", 0);
    expect(transcript.done("Yes.")).toBe("Yes.");
  });

  it.each(["Book a table.", "book a table"])("takes nothing from what only says once more what was taken: %s", (again) => {
    for (const late of ["segment", "done"] as const) {
      const transcript = written(" Book a table.");
      expect(transcript.take()).toBe("Book a table.");
      transcript.write(" For two", 9_000);
      expect(transcript[late](again)).toBeUndefined();
      expect(transcript.text).toBe("For two");
    }
  });

  it("takes a segment for what is written now rather than for a late one", () => {
    const transcript = written(" Yes.");
    transcript.take();
    transcript.write(" Yes", 2_000);
    transcript.write(" please", 2_500);
    expect(transcript.segment("Yes please.")).toBe("Yes please.");
  });

  it("takes the rest of a late segment, and of several", () => {
    const transcript = written(" Book a table.", " For two.");
    transcript.take();
    expect(transcript.segment("Book a table.")).toBeUndefined();
    expect(transcript.segment("For two. At eight.")).toBe("At eight.");
    expect(transcript.segment("At eight.")).toBe("At eight.");
  });

  it("finds what is new in a text of the whole session", () => {
    const transcript = written(" Good morning.");
    transcript.segment("Good morning.");
    transcript.write(" Yes.", 0);
    transcript.take();
    transcript.write(" Book a", 0);
    expect(transcript.done("Good morning. Yes. Book a table.")).toBe("Book a table.");
    expect(transcript.done("Good morning. Yes. Book a table.")).toBeUndefined();
    expect(transcript.text).toBe("");
  });

  it("finds nothing in a text without words", () => {
    const transcript = written(" Yes");
    expect([transcript.segment(""), transcript.done("…"), transcript.text]).toEqual([undefined, undefined, "Yes"]);
    expect(new Transcript().take()).toBeUndefined();
  });

  it("keeps over a lost connection what is not heard again", () => {
    const transcript = written(" A long time ago", " there was", " a");
    transcript.restarted(1_000);
    expect(transcript.text).toBe("A long time ago");
    transcript.write(" there was a king.", 0);
    transcript.restarted(0);
    transcript.write(" there was a king.", 0);
    expect(transcript.segment("there was a king.")).toBe("A long time ago there was a king.");
    expect(transcript.text).toBe("");
  });

  it("knows nothing of a lost connection's texts", () => {
    const transcript = written(" Yes.");
    transcript.take();
    transcript.restarted(0);
    expect(transcript.done("Yes.")).toBe("Yes.");
  });

  it("becomes full", () => {
    expect(written(...Array.from({ length: 999 }, () => " on")).full).toBe(false);
    expect(written(...Array.from({ length: 1000 }, () => " on")).full).toBe(true);
  });
});

describe("words", () => {
  it("are compared without capitals and punctuation, in every script", () => {
    expect(wordsOf("It's 8:30 — „Genau!“")).toEqual(wordsOf("it's 8:30, genau"));
    expect(wordsOf("我想订一张桌子").length).toBeGreaterThan(1);
  });

  it("are taken from the begin of a text", () => {
    expect(afterWords("Yes, please. And that.", 2)).toBe("And that.");
    expect([afterWords("Yes.", 0), afterWords("Yes.", 1), afterWords("", 3)]).toEqual(["Yes.", "", ""]);
  });

  it("overlap at an end and a begin", () => {
    expect(overlap(["a", "b", "c"], ["b", "c", "d"])).toBe(2);
    expect([overlap(["a", "b"], ["a"]), overlap([], ["a"]), overlap(["a"], [])]).toEqual([0, 0, 0]);
  });
});
