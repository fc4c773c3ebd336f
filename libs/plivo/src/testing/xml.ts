/** An element of a document, as it was read. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** All text directly inside, trimmed. */
  readonly text: string;
}

/** Says what is wrong with a document, as Plivo's debug log would. */
export class XmlFault extends Error {}

const NAME = /[A-Za-z_][\w.-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const PROLOG = /^\uFEFF?\s*(?:<\?xml\s+version="1\.0"(?:\s+encoding="utf-8")?\s*\?>)?\s*/i;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** Deeper than any document that means something. */
const MAX_DEPTH = 10;

/** Reads a document, and nothing that is not well-formed. Throws an {@link XmlFault}. */
export function readXml(text: string): XmlElement {
  const reader = new Reader(text, PROLOG.exec(text)?.[0].length ?? 0);
  const root = reader.element(0);
  reader.end();
  return root;
}

class Reader {
  constructor(
    private readonly source: string,
    private at: number,
  ) {}

  element(depth: number): XmlElement {
    if (depth > MAX_DEPTH) throw new XmlFault("elements are nested too deeply");
    this.#take("<");
    const name = this.#match(NAME, "the name of an element")[0];
    const attributes = this.#attributes(name);
    this.#space();
    if (this.#follows("/>")) {
      this.#take("/>");
      return { name, attributes, children: [], text: "" };
    }
    this.#take(">");
    const { children, text } = this.#content(depth);
    this.#take(`</${name}`);
    this.#space();
    this.#take(">");
    return { name, attributes, children, text };
  }

  /** Only white space may follow. */
  end(): void {
    this.#space();
    if (this.at < this.source.length) throw new XmlFault("something follows the root element");
  }

  #attributes(owner: string): ReadonlyMap<string, string> {
    const attributes = new Map<string, string>();
    for (;;) {
      ATTRIBUTE.lastIndex = this.at;
      const found = ATTRIBUTE.exec(this.source);
      if (!found) return attributes;
      const [whole, name = "", double, single] = found;
      if (attributes.has(name)) throw new XmlFault(`${owner} has the attribute ${name} twice`);
      attributes.set(name, unescape(double ?? single ?? ""));
      this.at += whole.length;
    }
  }

  #content(depth: number): { children: XmlElement[]; text: string } {
    const children: XmlElement[] = [];
    let text = "";
    while (!this.#follows("</")) {
      if (this.at >= this.source.length) throw new XmlFault("an element is not closed");
      if (this.#follows("<!--")) this.at = this.#after("-->");
      else if (this.#follows("<")) children.push(this.element(depth + 1));
      else {
        const next = this.source.indexOf("<", this.at);
        const end = next === -1 ? this.source.length : next;
        text += unescape(this.source.slice(this.at, end));
        this.at = end;
      }
    }
    return { children, text: text.trim() };
  }

  #after(mark: string): number {
    const found = this.source.indexOf(mark, this.at);
    if (found === -1) throw new XmlFault(`${mark} is missing`);
    return found + mark.length;
  }

  #space(): void {
    while (/\s/.test(this.source[this.at] ?? "")) this.at++;
  }

  #follows(text: string): boolean {
    return this.source.startsWith(text, this.at);
  }

  #take(text: string): void {
    if (!this.#follows(text)) throw new XmlFault(`${text} is missing`);
    this.at += text.length;
  }

  #match(pattern: RegExp, what: string): RegExpExecArray {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (!found) throw new XmlFault(`${what} is missing`);
    this.at += found[0].length;
    return found;
  }
}

/** Text without references. Characters that XML 1.0 forbids are refused, and so is an ampersand that begins nothing. */
function unescape(text: string): string {
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(text) || !text.isWellFormed()) throw new XmlFault("a character is not allowed");
  return text.replaceAll(/&([^;&]*);?/g, (whole, name: string) => {
    const code = /^#(?:x([\da-f]+)|(\d+))$/i.exec(name);
    const known = code ? String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? "", code[1] ? 16 : 10)) : ENTITIES[name];
    if (known === undefined || !whole.endsWith(";")) throw new XmlFault("a reference is not known");
    return known;
  });
}
