import type { Attestation } from "@openclaw/telephony-contract";
import { isE164 } from "@openclaw/telephony-kit";

/** What Twilio writes for a caller who hides the number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a telephone's keys. */
const HIDDEN: readonly string[] = ["+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"];

/** A number as E.164 with `+`, or nothing where there is none: a hidden caller, a SIP user, a client of Twilio's. */
export function canonicalNumber(text: string | undefined): string {
  return text !== undefined && isE164(text) && !HIDDEN.includes(text) ? text : "";
}

/** STIR/SHAKEN of a caller: `StirVerstat`, with or without `-Diverted` or `-Passthrough` at its end. */
export function inboundAttestation(verstat = ""): Attestation | undefined {
  const passed = /^TN-Validation-Passed-([ABC])(-|$)/.exec(verstat)?.[1];
  if (passed !== undefined) return passed as Attestation;
  if (/^TN-Validation-Failed(-|$)/.test(verstat)) return "failed";
  return /^No-TN-Validation(-|$)/.test(verstat) ? "none" : undefined;
}

/** STIR/SHAKEN of our own number: `StirStatus`. */
export function outboundAttestation(status = ""): Attestation | undefined {
  return /^[ABC]$/.test(status) ? (status as Attestation) : undefined;
}
