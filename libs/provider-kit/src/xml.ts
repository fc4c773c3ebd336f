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
    if (value !== undefined) markup += ` ${checkedName(key)}="${escapeText(attributeText(key, value), true)}"`;
  }
  if (children.length === 0) return `${markup}/>`;
  markup += ">";
  for (const child of children) markup += typeof child === "string" ? escapeText(child, false) : renderElement(child);
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

/** Goes through a text once. What needs no change is copied in runs, not character by character. */
function escapeText(text: string, inAttribute: boolean): string {
  let written = "";
  let runStart = 0;
  let index = 0;
  while (index < text.length) {
    const codePoint = text.codePointAt(index) as number;
    const width = codePoint > 0xffff ? 2 : 1;
    const replacement = replacementFor(codePoint, inAttribute);
    if (replacement !== undefined) {
      written += text.slice(runStart, index) + replacement;
      runStart = index + width;
    }
    index += width;
  }
  return runStart === 0 ? text : written + text.slice(runStart);
}

/** What is written for a character; undefined for one that stands for itself. */
function replacementFor(codePoint: number, inAttribute: boolean): string | undefined {
  switch (codePoint) {
    case 0x26:
      return "&amp;";
    case 0x3c:
      return "&lt;";
    case 0x3e:
      return "&gt;";
    case 0x22:
      return "&quot;";
    case 0x27:
      return "&apos;";
    // A parser turns a carriage return into a line feed, and in an attribute every tab and line end into a space.
    case 0x0d:
      return "&#13;";
    case 0x09:
      return inAttribute ? "&#9;" : undefined;
    case 0x0a:
      return inAttribute ? "&#10;" : undefined;
    default:
      return isForbidden(codePoint) ? "" : undefined;
  }
}

/** Whether XML 1.0's `Char` leaves a code point out; asked only of those that are not white space. */
function isForbidden(codePoint: number): boolean {
  const isHalfOfPair = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return codePoint < 0x20 || isHalfOfPair || codePoint === 0xfffe || codePoint === 0xffff;
}

/** `Array.isArray` forgets that a list may be read-only. */
function isList(children: XmlChild | readonly XmlChild[]): children is readonly XmlChild[] {
  return Array.isArray(children);
}
