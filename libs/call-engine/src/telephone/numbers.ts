import { TelephonyError } from "@openclaw/telephony-contract";

const E164 = /^\+[1-9]\d{6,14}$/;

/** Keys of a telephone by the letters on them (ITU-T E.161), from A to Z. */
const KEY_OF_LETTER = "22233344455566677778889999";

/**
 * What some networks give as the number of a caller who withholds it: these words, pressed on a telephone's keys after a
 * `+`. All such callers share them, so whoever let one in would let in everybody. Nobody's real number has these lengths.
 */
const WITHHELD: ReadonlySet<string> = new Set(
  ["anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld"].map((word) => `+${keysOf(word)}`),
);

/** A number as people write it, in canonical E.164; nothing where it is none: hidden, anonymous or malformed. */
export function canonicalNumber(written: string | undefined): string | undefined {
  const number = (written ?? "").replace(/[\s().-]/g, "");
  return E164.test(number) && !WITHHELD.has(number) ? number : undefined;
}

/**
 * The number that a caller presents, if it is one. Carriers write canonical E.164; anything else, even if people could
 * read a number from it, proves nothing and matches no list.
 */
export function presentedNumber(presented: string | undefined): string | undefined {
  return canonicalNumber(presented) === presented ? presented : undefined;
}

/** A number that has to be there. Throws `invalid-request` that names what is expected. */
export function requireNumber(written: string | undefined, what: string): string {
  const number = canonicalNumber(written);
  if (number === undefined) throw new TelephonyError("invalid-request", `${what} has to be a number in E.164, like +15550100`);
  return number;
}

/** A number for the log: enough to tell two apart, not enough to call. */
export function maskNumber(number: string): string {
  return number.length > 6 ? `${number.slice(0, 2)}…${number.slice(-2)}` : "…";
}

function keysOf(word: string): string {
  return [...word].map((letter) => KEY_OF_LETTER[letter.charCodeAt(0) - "a".charCodeAt(0)]).join("");
}
