import { isUtf8 } from "node:buffer";

/** The fields of a form, in the order in which they were sent. A name may come several times. */
export interface FormFields {
  /** How many there are. The methods below take the number of one, counted from 0. */
  readonly size: number;
  /** Bytes of the body. The text of its fields never has more. */
  readonly byteLength: number;
  /** All of them. Made when it is asked for. */
  readonly entries: readonly (readonly [name: string, value: string])[];
  /**
   * Whether some of it was no valid form: a percent sign without two hexadecimal digits behind it, which stays as it is,
   * or bytes that are no UTF-8, in whose place U+FFFD stands.
   */
  readonly malformed: boolean;
  /** The first value of a name. */
  get(name: string): string | undefined;
  /** Every value of a name. */
  getAll(name: string): readonly string[];
  name(field: number): string;
  value(field: number): string;
  hasName(field: number, name: string): boolean;
  /**
   * Writes name and value of a field behind each other, as the bytes of their text, and returns where they end: for
   * signatures, which cover every field, while few of them are read.
   */
  write(field: number, target: Uint8Array, at: number): number;
}

/**
 * Reads a body of the type `application/x-www-form-urlencoded`, as the URL standard does (url.spec.whatwg.org,
 * "application/x-www-form-urlencoded parsing"). Every field is kept, empty ones too: signatures cover them all. Never
 * throws; `malformed` says when the body was not what it should be. The fields are read from the body whenever they are
 * asked for, so that it must stay as it is.
 */
export function readForm(body: Uint8Array | string): FormFields {
  return new Form(typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const PLUS = 0x2b;
const EQUALS = 0x3d;
const SPACE = 0x20;

/** How a part is written: plainly, or with bits that say what is encoded in it, ASCII or any other character. */
const PLAIN = 0;
const ENCODED = 1;
const OTHER = 2;

/** Notes of a field: where its name begins and ends, where its value ends, and how each of them is written. */
const NOTES = 5;

class Form implements FormFields {
  readonly #body: Buffer;
  readonly #notes: number[] = [];
  #malformed = false;
  #entries: FormFields["entries"] | undefined;

  /** One pass over the bytes, in which most parts stand for themselves. */
  constructor(body: Buffer) {
    this.#body = body;
    const notes = this.#notes;
    const { length } = body;
    let begin = 0;
    let nameEnd = -1;
    let nameWritten = PLAIN;
    let written = PLAIN;
    for (let at = 0; at <= length; at++) {
      const byte = at === length ? AMPERSAND : (body[at] as number);
      // Nearly every byte is one of these.
      if (byte > EQUALS && byte < 0x80) continue;
      if (byte === AMPERSAND || (byte === EQUALS && nameEnd === -1)) {
        if (written & OTHER) this.#check(nameEnd === -1 ? begin : nameEnd + 1, at);
        if (nameEnd === -1) {
          nameEnd = at;
          nameWritten = written;
          written = PLAIN;
        }
        if (byte === EQUALS) continue;
        if (at > begin) notes.push(begin, nameEnd, at, nameWritten, written);
        begin = at + 1;
        nameEnd = -1;
        written = PLAIN;
      } else if (byte === PERCENT) {
        const encoded = encodedByte(body, at);
        this.#malformed ||= Number.isNaN(encoded);
        written |= encoded >= 0x80 ? ENCODED | OTHER : ENCODED;
      } else if (byte === PLUS) written |= ENCODED;
      else if (byte >= 0x80) written |= OTHER;
    }
  }

  get size(): number {
    return this.#notes.length / NOTES;
  }

  get byteLength(): number {
    return this.#body.length;
  }

  get malformed(): boolean {
    return this.#malformed;
  }

  get entries(): FormFields["entries"] {
    return (this.#entries ??= Array.from({ length: this.size }, (_, field) => [this.name(field), this.value(field)] as const));
  }

  get(name: string): string | undefined {
    for (let field = 0; field < this.size; field++) if (this.hasName(field, name)) return this.value(field);
    return undefined;
  }

  getAll(name: string): readonly string[] {
    return this.entries.filter(([key]) => key === name).map(([, value]) => value);
  }

  name(field: number): string {
    return this.#text(this.#note(field, 0), this.#note(field, 1), this.#note(field, 3));
  }

  value(field: number): string {
    return this.#text(this.#valueBegin(field), this.#note(field, 2), this.#note(field, 4));
  }

  hasName(field: number, name: string): boolean {
    if (this.#note(field, 3) !== PLAIN) return this.name(field) === name;
    const begin = this.#note(field, 0);
    if (this.#note(field, 1) - begin !== name.length) return false;
    for (let at = 0; at < name.length; at++) if (this.#body[begin + at] !== name.charCodeAt(at)) return false;
    return true;
  }

  write(field: number, target: Uint8Array, at: number): number {
    const end = this.#write(this.#note(field, 0), this.#note(field, 1), this.#note(field, 3), target, at);
    return this.#write(this.#valueBegin(field), this.#note(field, 2), this.#note(field, 4), target, end);
  }

  #note(field: number, which: number): number {
    return this.#notes[field * NOTES + which] as number;
  }

  /** Behind the equals sign, or where the name ends if there is none. */
  #valueBegin(field: number): number {
    return Math.min(this.#note(field, 1) + 1, this.#note(field, 2));
  }

  #text(begin: number, end: number, written: number): string {
    if (written === PLAIN) return this.#body.toString("latin1", begin, end);
    return this.#decoded(begin, end).toString(written & OTHER ? "utf8" : "latin1");
  }

  #decoded(begin: number, end: number): Buffer {
    const target = Buffer.allocUnsafe(end - begin);
    return target.subarray(0, decode(this.#body, begin, end, target, 0));
  }

  #write(begin: number, end: number, written: number, target: Uint8Array, at: number): number {
    if (written & ENCODED) return decode(this.#body, begin, end, target, at);
    const body = this.#body;
    for (let from = begin; from < end; from++) target[at++] = body[from] as number;
    return at;
  }

  #check(begin: number, end: number): void {
    this.#malformed ||= !isUtf8(this.#decoded(begin, end));
  }
}

/** Writes the bytes for which a part stands. Returns where they end. */
function decode(body: Uint8Array, begin: number, end: number, target: Uint8Array, at: number): number {
  for (let from = begin; from < end; from++) {
    let byte = body[from] as number;
    if (byte === PLUS) byte = SPACE;
    else if (byte === PERCENT) {
      const encoded = encodedByte(body, from);
      // What is no encoding stays as it is.
      if (encoded >= 0) {
        byte = encoded;
        from += 2;
      }
    }
    target[at++] = byte;
  }
  return at;
}

/** The byte that a percent sign and two hexadecimal digits behind it stand for; `NaN` where they are none. */
function encodedByte(body: Uint8Array, percent: number): number {
  return 16 * digit(body[percent + 1]) + digit(body[percent + 2]);
}

/** The value of a hexadecimal digit by its character code; `NaN` where it is none. */
function digit(code: number | undefined): number {
  if (code === undefined) return NaN;
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NaN;
}
