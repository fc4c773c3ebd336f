import { describe, expect, it } from "vitest";
import { sameText } from "./same-text.ts";

describe("two texts", () => {
  it.each(["", "a", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "é\u{1f600}", "\ud800", "x".repeat(100_000)])("are the same when nothing differs: %.30j", (text) => {
    expect(sameText(text, `${text}`)).toBe(true);
  });

  it.each([
    ["in a letter", "signature", "signaturf"],
    ["in case", "abcdef", "abcdeF"],
    ["in length", "signature", "signature "],
    ["in that one is empty", "", "a"],
    ["in how a character is composed", "\u00e9", "e\u0301"],
    ["in halves of surrogate pairs, which UTF-8 cannot tell apart", "\ud800", "\ud801"],
    ["in a half of a pair and the character that stands for it", "\ud800", "\ufffd"],
  ])("differ %s", (_, a, b) => {
    expect(sameText(a, b)).toBe(false);
    expect(sameText(b, a)).toBe(false);
  });

  it("differ when any one character does", () => {
    const text = "0123456789abcdef".repeat(4);
    for (let index = 0; index < text.length; index++) {
      expect(sameText(text, `${text.slice(0, index)}x${text.slice(index + 1)}`)).toBe(false);
    }
  });
});
