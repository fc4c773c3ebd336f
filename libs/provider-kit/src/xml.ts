import { TelephonyError } from "@openclaw/telephony-contract";

/** What an attribute may hold. One that is undefined is left out. */
export type XmlAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What an element may hold: another element, or text that is written as text whatever it looks like. */
export type XmlChild = XmlNode | string;

/** An element, made by {@link element}. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: XmlAttributes;
  readonly children: readonly XmlChild[];
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>';

/** Names without a prefix or with one (`xml:lang`). XML allows many letters more; no carrier's markup uses them. */
const NAME = /^[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?$/;

/** An element of a document: `element("Say", { language: "en-US" }, "Good morning")`. */
export function element(name: string, attributes: XmlAttributes = {}, children: XmlChild | readonly XmlChild[] = []): XmlNode {
  return { name, attributes, children: isList(children) ? children : [children] };
}

/**
 * A document as text, declaration first and without white space between elements. Text and values are escaped, so that
 * nothing in them can become markup, and a parser reads exactly what was given, line ends included. Characters that XML
 * 1.0 forbids (most control characters, half surrogate pairs, U+FFFE and U+FFFF) are left out.
 *
 * Throws `internal` for a name that is none in XML and for a number that is not finite: both are defects of the caller.
 */
export function renderXml(root: XmlNode): string {
  return DECLARATION + renderElement(root);
}

function renderElement({ name, attributes, children }: XmlNode): string {
  let markup = `<${checkedName(name)}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) markup += ` ${checkedName(key)}="${escapeText(attributeText(key, value), ATTRIBUTE_ESCAPES)}"`;
  }
  if (children.length === 0) return `${markup}/>`;
  markup += ">";
  for (const child of children) markup += typeof child === "string" ? escapeText(child, TEXT_ESCAPES) : renderElement(child);
  return `${markup}</${name}>`;
}

function checkedName(name: string): string {
  if (!NAME.test(name)) throw new TelephonyError("internal", `${JSON.stringify(name)} is no name for an XML element or attribute`);
  return name;
}

function attributeText(name: string, value: string | number | boolean): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TelephonyError("internal", `The XML attribute ${name} is ${value}, which is no number to write`);
  }
  return String(value);
}

/** A parser turns a carriage return into a line feed where it stands as itself. */
const TEXT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x26, "&amp;"],
  [0x3c, "&lt;"],
  [0x3e, "&gt;"],
  [0x22, "&quot;"],
  [0x27, "&apos;"],
  [0x0d, "&#13;"],
]);

/** In an attribute, a parser turns tabs and line ends into spaces as well. */
const ATTRIBUTE_ESCAPES: ReadonlyMap<number, string> = new Map([...TEXT_ESCAPES, [0x09, "&#9;"], [0x0a, "&#10;"]]);

/** Goes through a text once. What needs no change is copied in runs, not character by character. */
function escapeText(text: string, escapes: ReadonlyMap<number, string>): string {
  let written = "";
  let runStart = 0;
  let index = 0;
  while (index < text.length) {
    const character = text.codePointAt(index) as number;
    const width = character > 0xffff ? 2 : 1;
    const replacement = isForbidden(character) ? "" : escapes.get(character);
    if (replacement !== undefined) {
      written += text.slice(runStart, index) + replacement;
      runStart = index + width;
    }
    index += width;
  }
  return runStart === 0 ? text : written + text.slice(runStart);
}

/** Whether a code point is outside of XML 1.0's `Char`. Half a surrogate pair is a code point of its own here. */
function isForbidden(codePoint: number): boolean {
  if (codePoint < 0x20) return codePoint !== 0x09 && codePoint !== 0x0a && codePoint !== 0x0d;
  return (codePoint >= 0xd800 && codePoint <= 0xdfff) || codePoint === 0xfffe || codePoint === 0xffff;
}

/** `Array.isArray` forgets that a list may be read-only. */
function isList(children: XmlChild | readonly XmlChild[]): children is readonly XmlChild[] {
  return Array.isArray(children);
}
