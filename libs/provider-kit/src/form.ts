import { isUtf8 } from "node:buffer";

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
  const entries: (readonly [string, string])[] = [];
  let malformed = false;
  const read = (part: string): string => {
    const { text, faulty } = decode(part);
    malformed ||= faulty;
    return text;
  };
  // One character for each byte: percent signs are decoded to bytes, and one character of the text may take several.
  const bytes = Buffer.from(typeof body === "string" ? new TextEncoder().encode(body) : body).toString("latin1");
  for (const field of bytes.split("&")) {
    if (field === "") continue;
    const equals = field.indexOf("=");
    const end = equals === -1 ? field.length : equals;
    entries.push([read(field.slice(0, end)), read(field.slice(end + 1))]);
  }
  return {
    entries,
    malformed,
    get: (name) => entries.find(([key]) => key === name)?.[1],
    getAll: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
  };
}

/** The text of a name or a value, which is given as a string of bytes. */
function decode(part: string): { text: string; faulty: boolean } {
  // Most names and values are as they are meant, and nearly all others are ASCII that the platform reads faster.
  if (/^[\w.-]*$/.test(part)) return { text: part, faulty: false };
  const read = /[\x80-\xff]/.test(part) ? undefined : decodedByPlatform(part);
  if (read !== undefined) return { text: read, faulty: false };
  let faulty = false;
  const bytes = part.replaceAll("+", " ").replace(/%([0-9a-f]{2})?/gi, (asItIs, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    faulty = true;
    return asItIs;
  });
  // Most fields are ASCII, which is the same in UTF-8.
  if (!/[\x80-\xff]/.test(bytes)) return { text: bytes, faulty };
  const buffer = Buffer.from(bytes, "latin1");
  return { text: buffer.toString("utf8"), faulty: faulty || !isUtf8(buffer) };
}

/** The text of an ASCII part; nothing where the platform takes it for malformed. */
function decodedByPlatform(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}
