import { describe, expect, it } from "vitest";
import { splitText, spokenForm } from "./spoken-form.ts";

describe("what of a text is spoken", () => {
  it.each([
    ["Great 🎉 news!", "Great news!"],
    ["👩‍👩‍👧 family", "family"],
    ["🇩🇪 Germany", "Germany"],
    ["☀️ Sunny, 23°", "Sunny, 23°"],
    ["Press 1 or #.", "Press 1 or #."],
    ["Press 1️⃣ now", "Press 1 now"],
    ["a < b and c > d", "a < b and c > d"],
    ["Say <break/> it", "Say <break/> it"],
    ["你好", "你好"],
    ["42", "42"],
    ["🎉", ""],
    ["<speak></speak>", ""],
    ["?!", ""],
  ])("%j", (text, spoken) => expect(spokenForm(text)).toBe(spoken));
});

describe("a text that is too long for one request", () => {
  it.each([
    ["is cut behind a sentence", "One two. Three four five", 12, ["One two.", "Three four", "five"]],
    ["is cut behind a comma", "One two three, four five", 16, ["One two three,", "four five"]],
    ["is cut between words", "One two three four", 8, ["One two", "three", "four"]],
    ["is cut in a word that is longer yet", "Rindfleischetikettierung", 10, ["Rindfleisc", "hetikettie", "rung"]],
    ["is not cut where a sentence ends too early", "Oh. Well then it is five", 15, ["Oh. Well then", "it is five"]],
    ["keeps pairs of surrogates together", "𝟙𝟚𝟛", 3, ["𝟙", "𝟚", "𝟛"]],
    ["is cut in a script without spaces", "今日は。明日は。", 5, ["今日は。", "明日は。"]],
  ])("%s", (_how, text, most, parts) => {
    expect(splitText(text, most)).toEqual(parts);
    expect(parts.every((part) => part.length <= most)).toBe(true);
  });

  it("is one part where it fits, and none where it is empty", () => {
    expect([splitText(" Hello ", 5), splitText("Hello"), splitText("  ", 5)]).toEqual([["Hello"], ["Hello"], []]);
  });
});
