import { TelephonyError } from "@openclaw/telephony-contract";

const E164 = /^\+[1-9]\d{1,14}$/;
const SIP_URI = /^sips?:[^\s,]{1,200}$/i;

/** A number of a webhook as E.164 with `+`; empty for hidden numbers, SIP users and whatever else is none. */
export function canonicalNumber(number: unknown): string {
  return typeof number === "string" && E164.test(number) ? number : "";
}

/** Throws for what is no E.164 number with `+`: a comma after one would press keys, a list would ring several. */
export function requireNumber(number: string): void {
  if (!E164.test(number)) throw new TelephonyError("invalid-request", "A number has to be E.164: + and up to 15 digits, the first not 0");
}

/** Throws for what is neither an E.164 number nor a SIP URI. */
export function requireDestination(to: string): void {
  if (!SIP_URI.test(to)) requireNumber(to);
}
