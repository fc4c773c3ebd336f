import { TelephonyError } from "@openclaw/telephony-contract";

const E164 = /^\+[1-9]\d{1,14}$/;

/** Whether a text is a telephone number as the telephone writes it: `+` and up to 15 digits, the first not 0 (ITU-T E.164). */
export function isE164(text: string): boolean {
  return E164.test(text);
}

/** Throws an `invalid-request` error for what is no such number. The message does not repeat it. */
export function requireE164(number: string): void {
  if (!isE164(number)) throw new TelephonyError("invalid-request", "A number has to be E.164: + and up to 15 digits, the first not 0");
}
