import { isUtf8 } from "node:buffer";

/** The fields of a form, in the order in which they were sent. A name may come several times. */
export interface FormFields {
  readonly entries: readonly (readonly [name: string, value: string])[];
  /**
   * Whether some of it was no valid form: a percent sign without two hexadecimal digits behind it, which stays as it is,
   * or bytes that are no UTF-8, each run of which became U+FFFD.
   */
  readonly malformed: boolean;
  /** The first value of a name. */
  get(name: string): string | undefined;
  /** Every value of a name. */
  getAll(name: string): readonly string[];
}

const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PLUS = 0x2b;
const PERCENT = 0x25;
const SPACE = 0x20;

/**
 * Reads a body of the type `application/x-www-form-urlencoded`, as the URL standard does (url.spec.whatwg.org,
 * "application/x-www-form-urlencoded parsing"). Every field is kept, empty ones too: signatures cover them all. Never
 * throws; `malformed` says when the body was not what it should be.
 */
export function readForm(body: Uint8Array | string): FormFields {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const entries: (readonly [string, string])[] = [];
  let malformed = false;
  const read = (part: Uint8Array): string => {
    const { text, faulty } = decodePart(part);
    malformed ||= faulty;
    return text;
  };
  for (const field of split(bytes, AMPERSAND)) {
    if (field.length === 0) continue;
    const equals = field.indexOf(EQUALS);
    const end = equals === -1 ? field.length : equals;
    entries.push([read(field.subarray(0, end)), read(field.subarray(end + 1))]);
  }
  return {
    entries,
    malformed,
    get: (name) => entries.find(([key]) => key === name)?.[1],
    getAll: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
  };
}

function* split(bytes: Uint8Array, separator: number): Generator<Uint8Array> {
  let start = 0;
  while (start <= bytes.length) {
    const found = bytes.indexOf(separator, start);
    const end = found === -1 ? bytes.length : found;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}

/** A name or a value: percent signs are decoded before the bytes are read as text, since one character may take several. */
function decodePart(part: Uint8Array): { text: string; faulty: boolean } {
  const decoded = Buffer.alloc(part.length);
  let length = 0;
  let faulty = false;
  for (let index = 0; index < part.length; index++) {
    let byte = part[index] as number;
    if (byte === PLUS) byte = SPACE;
    else if (byte === PERCENT) {
      const escaped = hexPair(part[index + 1], part[index + 2]);
      if (escaped === undefined) faulty = true;
      else {
        byte = escaped;
        index += 2;
      }
    }
    decoded[length++] = byte;
  }
  const utf8 = decoded.subarray(0, length);
  return { text: utf8.toString("utf8"), faulty: faulty || !isUtf8(utf8) };
}

function hexPair(high: number | undefined, low: number | undefined): number | undefined {
  const [highDigit, lowDigit] = [hexDigit(high), hexDigit(low)];
  return highDigit === undefined || lowDigit === undefined ? undefined : highDigit * 16 + lowDigit;
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : undefined;
}
