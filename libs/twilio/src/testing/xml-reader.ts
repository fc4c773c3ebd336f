/** An element that was read. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** What makes a text no XML. */
export class XmlFault extends Error {}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const NAME = "[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?";
const DECLARATION = /^<\?xml version="1\.0"(?: encoding="(?:utf|UTF)-8")?(?: standalone="(?:yes|no)")?\s*\?>\s*/;
const COMMENT = /^<!--(?:(?!--)[\s\S])*-->/;
const OPENING = new RegExp(`^<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`);
const ATTRIBUTE = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "g");
const CLOSING = new RegExp(`^</(${NAME})\\s*>`);

/** Elements within each other: far beyond any document of a call. */
const MAX_DEPTH = 20;

/**
 * Reads the XML that documents of calls are made of: elements, attributes, text, the five entities, numeric references,
 * comments. Throws {@link XmlFault} for everything else, as a parser does that stops at the first fault.
 */
export function readXml(text: string): XmlElement {
  const reader = new Reader(text.replace(/^\uFEFF/, "").replace(DECLARATION, ""));
  return reader.document();
}

class Reader {
  constructor(private rest: string) {}

  document(): XmlElement {
    this.#blank();
    const root = this.#element(0);
    this.#blank();
    if (this.rest !== "") throw new XmlFault("there is something behind the end of the document");
    return root;
  }

  #blank(): void {
    for (;;) {
      this.rest = this.rest.trimStart();
      if (!this.#take(COMMENT)) return;
    }
  }

  #element(depth: number): XmlElement {
    if (depth > MAX_DEPTH) throw new XmlFault("elements are nested too deeply");
    const opening = this.#take(OPENING);
    if (!opening) throw new XmlFault("an element was expected");
    const [, name = "", list = "", empty = ""] = opening;
    const attributes: Record<string, string> = {};
    for (const [, key = "", double, single] of list.matchAll(ATTRIBUTE)) {
      if (Object.hasOwn(attributes, key)) throw new XmlFault(`the attribute ${key} comes twice`);
      attributes[key] = decode(double ?? single ?? "");
    }
    return { name, attributes, children: empty === "/" ? [] : this.#content(name, depth) };
  }

  #content(name: string, depth: number): (XmlElement | string)[] {
    const children: (XmlElement | string)[] = [];
    for (;;) {
      const closing = this.#take(CLOSING);
      if (closing) {
        if (closing[1] !== name) throw new XmlFault(`${name} is closed by ${String(closing[1])}`);
        return children;
      }
      if (this.#take(COMMENT)) continue;
      const text = this.#take(/^[^<]+/)?.[0];
      if (text !== undefined) children.push(decode(text));
      else children.push(this.#element(depth + 1));
    }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.rest);
    if (found) this.rest = this.rest.slice(found[0].length);
    return found ?? undefined;
  }
}

function decode(text: string): string {
  for (const character of text) if (!isChar(character.codePointAt(0) ?? 0)) throw new XmlFault("a character is not allowed in XML");
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const entity = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : reference(name);
    if (entity === undefined || !whole.endsWith(";")) throw new XmlFault("an ampersand stands for itself");
    return entity;
  });
}

function reference(name: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name) ?? [];
  const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : Number(decimal);
  return isChar(code) ? String.fromCodePoint(code) : undefined;
}

/** `Char` of XML 1.0. */
function isChar(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
