import { isAscii, isUtf8 } from "node:buffer";

/** The fields of a form, in the order in which they were sent. A name may come several times. */
export interface FormFields {
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
}

/**
 * Reads a body of the type `application/x-www-form-urlencoded`, as the URL standard does (url.spec.whatwg.org,
 * "application/x-www-form-urlencoded parsing"). Every field is kept, empty ones too: signatures cover them all. Never
 * throws; `malformed` says when the body was not what it should be.
 */
export function readForm(body: Uint8Array | string): FormFields {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  // One character for each byte: percent signs are decoded to bytes, and one character of the text may take several.
  const text = bytes.toString("latin1");
  // Nearly every form is ASCII, of which the platform reads faster what is encoded.
  const read = isAscii(bytes) ? decodeAscii : decode;
  const form = new Form();
  const { entries } = form;
  let begin = 0;
  // In one pass, which is less work than asking of each part what there is in it: most parts stand for themselves.
  let nameEnd = -1;
  let nameEncoded = false;
  let encoded = false;
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? AMPERSAND : text.charCodeAt(at);
    if (code === AMPERSAND) {
      if (nameEnd === -1) {
        nameEnd = at;
        nameEncoded = encoded;
        encoded = false;
      }
      if (at > begin) {
        const name = text.slice(begin, nameEnd);
        const value = text.slice(nameEnd + 1, at);
        entries.push([nameEncoded ? read(name, form) : name, encoded ? read(value, form) : value]);
      }
      begin = at + 1;
      nameEnd = -1;
      encoded = false;
    } else if (code === EQUALS) {
      if (nameEnd !== -1) continue;
      nameEnd = at;
      nameEncoded = encoded;
      encoded = false;
    } else if (code === PLUS || code === PERCENT || code >= 0x80) encoded = true;
  }
  return form;
}

class Form implements FormFields {
  readonly entries: (readonly [name: string, value: string])[] = [];
  malformed = false;

  get(name: string): string | undefined {
    for (const entry of this.entries) if (entry[0] === name) return entry[1];
    return undefined;
  }

  getAll(name: string): readonly string[] {
    return this.entries.filter(([key]) => key === name).map(([, value]) => value);
  }
}

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const PLUS = 0x2b;
const EQUALS = 0x3d;

/** The text of a name or a value of a form that is ASCII, in which something is encoded: most of the time little. */
function decodeAscii(part: string, form: { malformed: boolean }): string {
  const encoded = part.includes("+") ? part.replaceAll("+", " ") : part;
  let text = "";
  let begin = 0;
  for (let percent = encoded.indexOf("%"); percent !== -1; percent = encoded.indexOf("%", begin)) {
    const byte = 16 * digit(encoded.charCodeAt(percent + 1)) + digit(encoded.charCodeAt(percent + 2));
    // A part of a character, or no number at all.
    if (!(byte < 0x80)) return decodedByPlatform(encoded) ?? decode(part, form);
    text += encoded.slice(begin, percent) + String.fromCharCode(byte);
    begin = percent + 3;
  }
  return begin === 0 ? encoded : text + encoded.slice(begin);
}

/** The text of an ASCII part; nothing where the platform takes it for malformed. */
function decodedByPlatform(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** The value of a hexadecimal digit by its character code; `NaN` where it is none. */
function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NaN;
}

/** The text of a name or a value, which is given as a string of bytes. */
function decode(part: string, form: { malformed: boolean }): string {
  const bytes = part.replaceAll("+", " ").replace(/%([0-9a-f]{2})?/gi, (asItIs, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    form.malformed = true;
    return asItIs;
  });
  const buffer = Buffer.from(bytes, "latin1");
  if (isAscii(buffer)) return bytes;
  if (!isUtf8(buffer)) form.malformed = true;
  return buffer.toString("utf8");
}
