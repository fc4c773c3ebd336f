import { describe, expect, it } from "vitest";
import { pick, seededRandom } from "./random.test-support.ts";
import { element, renderXml, type XmlNode } from "./xml.ts";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';
const rendered = (node: XmlNode) => renderXml(node).slice(DECLARATION.length);
const asText = (text: string) => rendered(element("t", {}, text)).replace(/^<t>|<\/t>$/g, "");
const asAttribute = (text: string) => rendered(element("t", { a: text })).replace(/^<t a="|"\/>$/g, "");

/** `Char` of XML 1.0, as the standard writes it. */
const isXmlCharacter = (codePoint: number) => /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]$/u.test(String.fromCodePoint(codePoint));

/** Reads a value as an XML parser does: line ends first, in an attribute white space next, references last. */
function parsed(markup: string, inAttribute: boolean): string {
  const lines = markup.replace(/\r\n?/g, "\n");
  const spaced = inAttribute ? lines.replace(/[\t\n]/g, " ") : lines;
  const names: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return spaced.replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, name: string) => (code ? String.fromCodePoint(Number(code)) : (names[name] ?? "?")));
}

describe("a rendered document", () => {
  it("begins with the declaration", () => {
    expect(renderXml(element("Response"))).toBe(`${DECLARATION}<Response/>`);
  });

  it("keeps elements, attributes and children in their order", () => {
    const document = element("Response", {}, [
      element("Say", { voice: "alice", loop: 2, bargeIn: true, language: undefined }, "Hello"),
      element("p", {}, ["one ", element("b", {}, "two"), " three"]),
    ]);
    expect(rendered(document)).toBe('<Response><Say voice="alice" loop="2" bargeIn="true">Hello</Say><p>one <b>two</b> three</p></Response>');
  });

  it("writes false, zero and empty values, and leaves out undefined ones", () => {
    expect(rendered(element("a", { b: false, c: 0, d: "", e: undefined }))).toBe('<a b="false" c="0" d=""/>');
  });

  it("holds a single child without a list", () => {
    expect(rendered(element("a", {}, element("b")))).toBe("<a><b/></a>");
  });

  it("holds an empty text as an element with an end", () => {
    expect(rendered(element("a", {}, ""))).toBe("<a></a>");
  });
});

describe("text in XML", () => {
  it("cannot become markup, wherever it stands", () => {
    const attack = `"/><Dial>+15550100</Dial><!--'&amp;]]>`;
    const escaped = "&quot;/&gt;&lt;Dial&gt;+15550100&lt;/Dial&gt;&lt;!--&apos;&amp;amp;]]&gt;";
    expect(asText(attack)).toBe(escaped);
    expect(asAttribute(attack)).toBe(escaped);
  });

  it("keeps tabs and line ends through a parser", () => {
    expect(asText("a\tb\nc\r\nd")).toBe("a\tb\nc&#13;\nd");
    expect(asAttribute("a\tb\nc\r\nd")).toBe("a&#9;b&#10;c&#13;&#10;d");
  });

  it("keeps every character that XML allows and drops every other, of all there are", () => {
    const blockSize = 0x1000;
    for (let block = 0; block <= 0x10ffff; block += blockSize) {
      const codePoints = Array.from({ length: blockSize }, (_, index) => block + index);
      const text = codePoints.map((codePoint) => `${String.fromCodePoint(codePoint)}|`).join("");
      const expected = codePoints.map((codePoint) => `${isXmlCharacter(codePoint) ? String.fromCodePoint(codePoint) : ""}|`).join("");
      expect(parsed(asText(text), false) === expected, `text from U+${block.toString(16)}`).toBe(true);
      expect(parsed(asAttribute(text), true) === expected, `attribute from U+${block.toString(16)}`).toBe(true);
    }
  });

  it.each([
    ["a high half alone", "a\ud83db", "ab"],
    ["a low half alone", "a\ude00b", "ab"],
    ["halves in the wrong order", "a\ude00\ud83db", "ab"],
    ["a high half at the end", "a\ud83d", "a"],
    ["a low half at the beginning", "\ude00a", "a"],
    ["a high half before a pair", "\ud83d\u{1f600}", "\u{1f600}"],
    ["a pair", "a\u{1f600}b", "a\u{1f600}b"],
    ["nothing but what is forbidden", "\u0000\u0008\u000b\u001f\ufffe\uffff\ud800", ""],
  ])("with %s is well-formed", (_, text, expected) => {
    expect(asText(text)).toBe(expected);
    expect(asAttribute(text)).toBe(expected);
  });

  it("comes back from a parser as it went in, less what XML forbids", () => {
    const random = seededRandom(1);
    const alphabet = [..."ab &<>\"';#\t\n\r\u0000\u001b\u007f\u0085\u2028é\ufffd\ufffe\u{1f600}", "\ud800", "\udfff", "]]>", "&amp;", "<!--"];
    for (let round = 0; round < 3000; round++) {
      const text = Array.from({ length: Math.floor(random() * 12) }, () => pick(random, alphabet)).join("");
      const allowed = [...text].filter((character) => isXmlCharacter(character.codePointAt(0) as number)).join("");
      expect(parsed(asText(text), false)).toBe(allowed);
      expect(parsed(asAttribute(text), true)).toBe(allowed);
      expect(asText(text) + asAttribute(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|apos;|#\d+;)/);
    }
  });

  it("is escaped at any length, also where every character needs it", () => {
    expect(asText("&".repeat(200_000))).toBe("&amp;".repeat(200_000));
  });
});

describe("a name in XML", () => {
  it.each(["Response", "xml:lang", "_a", "break-strength", "a.b", "Parameter1"])("may be %s", (name) => {
    expect(rendered(element(name, { [name]: 1 }))).toBe(`<${name} ${name}="1"/>`);
  });

  it.each(["", " ", "a b", "1a", "-a", "a>", 'a="1"', "a/", "a:b:c", ":a", "a:", "é", "a\n", "!--", "?xml"])("cannot be %j", (name) => {
    expect(() => renderXml(element(name))).toThrow(expect.objectContaining({ code: "internal", retryable: false }));
    expect(() => renderXml(element("a", { [name]: "1" }))).toThrow(expect.objectContaining({ code: "internal" }));
    expect(() => renderXml(element("a", {}, element(name)))).toThrow(expect.objectContaining({ code: "internal" }));
  });
});

describe("a number in XML", () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])("cannot be %d", (value) => {
    expect(() => renderXml(element("Pause", { length: value }))).toThrow(expect.objectContaining({ code: "internal" }));
  });
});
