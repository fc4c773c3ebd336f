import { describe, expect, it } from "vitest";
import { readJson } from "./read-json.ts";

describe("JSON", () => {
  it("is read from a text and from its bytes", () => {
    expect(readJson('{"a":["é",null]}')).toEqual({ a: ["é", null] });
    expect(readJson(new TextEncoder().encode('{"a":["é",null]}'))).toEqual({ a: ["é", null] });
    expect(readJson("null")).toBeNull();
  });

  it.each(["", "{", "a=b&c=d", "\u0000", "<xml/>", "undefined"])("is nothing where %j stands in its place", (text) => {
    expect(readJson(text)).toBeUndefined();
    expect(readJson(new TextEncoder().encode(text))).toBeUndefined();
  });
});
