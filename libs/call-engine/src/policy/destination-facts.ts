import { parsePhoneNumberFromString, type NumberType, type PhoneNumber } from "libphonenumber-js/max";
import type { DestinationFacts } from "./destination.ts";

/** Kinds of numbers that cost their caller more than an ordinary call, as national plans classify them. */
const DEAR: Partial<Record<NonNullable<NumberType>, string>> = {
  PREMIUM_RATE: "a premium-rate number",
  SHARED_COST: "a shared-cost number",
  PERSONAL_NUMBER: "a personal number, which forwards at its caller's cost",
};

/** The one international network that costs its caller nothing (ITU-T E.169.1). */
const UNIVERSAL_FREEPHONE = "800";

/** Fewest digits of a number worth looking up: a country code and the shortest premium-rate numbers. */
const SHORTEST = "+".length + 7;

/**
 * What the numbering plans of the world say of a number in E.164. The plans are heavy (150 KB), so this module is loaded
 * by `numberingPlan` alone.
 */
export function destinationFacts(number: string): DestinationFacts {
  const parsed = parsePhoneNumberFromString(number);
  const surcharge = parsed ? surchargeOf(parsed, number) : "a number whose country code belongs to nobody";
  return { ...(parsed?.country && { country: parsed.country }), ...(surcharge !== undefined && { surcharge }) };
}

function surchargeOf(parsed: PhoneNumber, number: string): string | undefined {
  const dear = DEAR[parsed.getType() ?? "FIXED_LINE"];
  if (dear !== undefined) return dear;
  if (parsed.isNonGeographic() && parsed.countryCallingCode !== UNIVERSAL_FREEPHONE)
    return "a number of a satellite or other international network";
  return parsed.isValid() ? undefined : overdialled(number);
}

/** Networks connect as soon as a number is complete: digits after it lead to the same place, and hide it from its plan. */
function overdialled(number: string): string | undefined {
  for (let length = number.length - 1; length >= SHORTEST; length--) {
    const dear = DEAR[parsePhoneNumberFromString(number.slice(0, length))?.getType() ?? "FIXED_LINE"];
    if (dear !== undefined) return dear;
  }
  return undefined;
}
