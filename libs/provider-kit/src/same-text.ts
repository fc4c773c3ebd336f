import { hash, timingSafeEqual } from "node:crypto";

/**
 * Whether two texts are the same, in a time that tells nothing about where they differ or how long the expected one is:
 * for signatures and tokens. An encoding that allows several spellings (Base64, hexadecimal in capitals) is the caller's.
 */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Equal in length for all texts. UTF-16, because UTF-8 writes every half of a surrogate pair as the same character. */
function digest(text: string): Buffer {
  return hash("sha256", Buffer.from(text, "utf16le"), "buffer");
}
