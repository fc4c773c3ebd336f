import { TelephonyError } from "@openclaw/telephony-contract";

const E164 = /^\+[1-9]\d{6,14}$/;

/** A number in canonical E.164, or nothing: hidden, anonymous and malformed ones are no numbers. */
export function canonicalNumber(written: string | undefined): string | undefined {
  const number = (written ?? "").replace(/[\s().-]/g, "");
  return E164.test(number) ? number : undefined;
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
