import { TelephonyError } from "@openclaw/telephony-contract";
import { isE164, requireE164 } from "@openclaw/telephony-kit";

const SIP_URI = /^sips?:[^\s,]{1,200}$/i;
/** Keys that the carrier presses, with `w` and `W` as pauses. */
export const KEYS = /^[0-9A-D*#wW]+$/;
/** Time that pressing a key takes, its pause included, in milliseconds; `w` and `W` are pauses. */
const KEY_MS = 350;
const PAUSES_MS: Readonly<Record<string, number>> = { w: 500, W: 1000 };

/** A number of a webhook as E.164 with `+`; empty for hidden numbers, SIP users and whatever else is none. */
export function canonicalNumber(number: unknown): string {
  return typeof number === "string" && isE164(number) ? number : "";
}

/** Throws for what is neither an E.164 number nor a SIP URI: a comma after one would press keys, a list would ring several. */
export function requireDestination(to: string): void {
  if (!SIP_URI.test(to)) requireE164(to);
}

/** Throws for what is no text of keys. */
export function requireKeys(digits: string): void {
  if (!KEYS.test(digits)) throw new TelephonyError("invalid-request", "Keys to press are 0-9 A-D * #, with w and W as pauses");
}

/** How long it takes to press keys, in milliseconds. */
export function pressingTime(digits: string): number {
  return [...digits].reduce((ms, key) => ms + (PAUSES_MS[key] ?? KEY_MS), 0);
}
