import { describe, expect, it } from "vitest";
import { readForm } from "./form.ts";
import { pick, seededRandom } from "./random.test-support.ts";

const bytes = (...values: (number | string)[]) => Buffer.concat(values.map((value) => (typeof value === "string" ? Buffer.from(value) : Buffer.of(value))));

describe("a form", () => {
  it("keeps its fields in order, with repeated names and empty values", () => {
    const form = readForm("Tag=b&From=%2B15550100&Tag=a&CallerName=&Digits");
    expect(form.entries).toEqual([["Tag", "b"], ["From", "+15550100"], ["Tag", "a"], ["CallerName", ""], ["Digits", ""]]);
    expect(form.malformed).toBe(false);
  });

  it("gives the first value of a name, all of them, or none", () => {
    const form = readForm("Tag=b&Tag=a&Empty=");
    expect(form.get("Tag")).toBe("b");
    expect(form.getAll("Tag")).toEqual(["b", "a"]);
    expect(form.get("Empty")).toBe("");
    expect(form.get("tag")).toBeUndefined();
    expect(form.getAll("tag")).toEqual([]);
  });

  it("takes names for names, whatever JavaScript means by them", () => {
    expect(readForm("a=1").get("constructor")).toBeUndefined();
    expect(readForm("__proto__=x").get("__proto__")).toBe("x");
  });

  it.each([
    ["a plus for a space", "a+b=c+d", [["a b", "c d"]]],
    ["an encoded plus for a plus", "a=%2B1+%2b2", [["a", "+1 +2"]]],
    ["only the first equals sign for the end of a name", "a=b=c==", [["a", "b=c=="]]],
    ["encoded separators for text", "a=%26b%3Dc", [["a", "&b=c"]]],
    ["a field without a name", "=x&=", [["", "x"], ["", ""]]],
    ["nothing between two separators for no field", "&&a=1&&", [["a", "1"]]],
    ["a leading question mark for a part of the name", "?a=1", [["?a", "1"]]],
    ["a semicolon for itself", "a=1;b=2", [["a", "1;b=2"]]],
    ["an encoded zero for itself", "a=%00", [["a", "\0"]]],
    ["what is encoded twice as encoded once", "a=%2525", [["a", "%25"]]],
    ["a byte order mark for a part of the text", "%EF%BB%BFa=%EF%BB%BF", [["\ufeffa", "\ufeff"]]],
    ["characters of several bytes, encoded or not", "n=%C3%A9%F0%9F%98%80é😀", [["n", "é😀é😀"]]],
    ["an empty body for no field", "", []],
  ])("takes %s", (_, body, entries) => {
    expect(readForm(body)).toMatchObject({ entries, malformed: false });
    expect(readForm(Buffer.from(body))).toMatchObject({ entries, malformed: false });
  });

  it("finds names without an equals sign before and behind others with one", () => {
    const entries = [["a", ""], ["b", "1"], ["c", ""], ["d", "=2"], ["e", ""]];
    expect(readForm("a&b=1&c&d==2&e")).toMatchObject({ entries, malformed: false });
  });

  it("puts one character together from encoded and bare bytes", () => {
    expect(readForm(bytes("n=", 0xc3, "%A9"))).toMatchObject({ entries: [["n", "é"]], malformed: false });
  });
});

describe("a malformed form", () => {
  it.each(["%", "%2", "%zz", "%2g", "%g2", "% 2", "%%", "100%"])("keeps %s as it is, and says so", (value) => {
    expect(readForm(`a=${value}`)).toMatchObject({ entries: [["a", value]], malformed: true });
  });

  it.each([
    ["a byte that begins nothing", "a=%ff", "\ufffd"],
    ["a byte that goes on with nothing", "a=%80", "\ufffd"],
    ["a character that is cut off", "a=x%C3", "x\ufffd"],
    ["a character in more bytes than it needs", "a=%C0%80", "\ufffd\ufffd"],
    ["half a surrogate pair", "a=%ED%A0%80", "\ufffd\ufffd\ufffd"],
    ["what lies above all characters", "a=%F4%90%80%80", "\ufffd\ufffd\ufffd\ufffd"],
  ])("has replacement characters for %s, and says so", (_, body, value) => {
    expect(readForm(body)).toMatchObject({ entries: [["a", value]], malformed: true });
  });

  it("says so also where only a name is wrong, and reads the rest", () => {
    expect(readForm("%ff=1&b=2")).toMatchObject({ entries: [["\ufffd", "1"], ["b", "2"]], malformed: true });
  });

  it("is no form with a real replacement character in it", () => {
    expect(readForm("a=%EF%BF%BD")).toMatchObject({ entries: [["a", "\ufffd"]], malformed: false });
  });
});

describe("any bytes at all", () => {
  const randomBody = (random: () => number): Buffer => {
    const parts = ["a", "b", "&", "=", "+", "%", "%4", "%41", "%C3", "%a9", "%F0%9F%98%80", "é", "\ufeff", 0xc3, 0xa9, 0xff, 0xed, 0];
    return bytes(...Array.from({ length: Math.floor(random() * 16) }, () => pick(random, parts)));
  };

  it("are read as the platform's own parser reads them, where text can carry them there", () => {
    const random = seededRandom(2);
    for (let round = 0; round < 5000; round++) {
      const body = randomBody(random);
      // The platform's parser takes text, so bare bytes above ASCII have to be encoded for it. It drops a leading "?".
      const text = [...body].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `%${byte.toString(16)}`)).join("");
      // An unfinished percent sign must not swallow a digit of the encoding that was put behind it.
      if (/%[0-9a-f]?%/i.test(text)) continue;
      expect(readForm(body).entries, body.toString("hex")).toEqual([...new URLSearchParams(text)]);
    }
  });

  it("are written for a signature as they are read", () => {
    const random = seededRandom(4);
    for (let round = 0; round < 5000; round++) {
      const body = randomBody(random);
      const form = readForm(body);
      if (form.malformed) continue;
      const { entries, size, byteLength } = form;
      const target = Buffer.alloc(byteLength + 1);
      let end = 1;
      for (let field = 0; field < size; field++) end = form.write(field, target, end);
      expect(target.toString("utf8", 1, end), body.toString("hex")).toBe(entries.flat().join(""));
      expect(Array.from({ length: size }, (_, field) => [form.name(field), form.value(field)])).toEqual(entries);
      for (const [field, [name]] of entries.entries()) {
        expect(["a", "b", name, `${name}x`].map((other) => form.hasName(field, other))).toEqual([name === "a", name === "b", true, false]);
      }
    }
  });

  it("lead to fields that, encoded again, lead to the same fields", () => {
    const random = seededRandom(3);
    let wellFormed = 0;
    for (let round = 0; round < 5000; round++) {
      const body = randomBody(random);
      const form = readForm(body);
      if (form.malformed) continue;
      wellFormed++;
      const again = readForm(new URLSearchParams(form.entries.map(([name, value]): [string, string] => [name, value])).toString());
      expect(again.entries, body.toString("hex")).toEqual(form.entries);
    }
    expect(wellFormed).toBeGreaterThan(500);
  });
});
