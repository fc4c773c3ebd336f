import { describe, expect, it } from "vitest";
import { isPieceOf, sameWords, wordsOf } from "./words.ts";

describe("words", () => {
  it.each([
    ["Hello, who's there?", ["hello", "who's", "there"]],
    ["It’s five o’clock.", ["it's", "five", "o'clock"]],
    ["等一下", ["等", "一下"]],
    ["はい", ["はい"]],
    ["Grüß Gott!", ["grüß", "gott"]],
    ["… — !", []],
    ["", []],
  ])("of %j are %j", (text, words) => expect(wordsOf(text)).toEqual(words));

  it("are the same whatever the punctuation", () => {
    expect(sameWords("Yes, please.", "yes please")).toBe(true);
    expect(sameWords("Yes, please.", "yes, please, now")).toBe(false);
  });
});

describe("a piece of a text", () => {
  const TEXT = wordsOf("Good morning! Would you like a table for two, or shall I call back at five o'clock?").join(" ");

  it.each([
    ["the whole", "good morning would you like a table for two or shall I call back at five o'clock", true],
    ["its middle", "like a table for", true],
    ["an unfinished last word", "would yo", true],
    ["one word of it", "table", true],
    ["a word misheard at the end", "a table for you", true],
    ["a word misheard in the middle of many", "would you like a cable for two or shall", true],
    ["an answer", "yes for two please", false],
    ["words of it in another order", "call you at two", false],
    ["a part of one of its words", "tab", false],
    ["an answer that uses its words", "a table for four at six please", false],
    ["nothing", "", false],
  ])("%s: %j", (_what, text, expected) => expect(isPieceOf(wordsOf(text), TEXT)).toBe(expected));
});
