import { TelephonyError } from "@openclaw/telephony-contract";
import type { OutboundPolicy } from "../settings.ts";
import { maskNumber } from "../telephone/numbers.ts";

/** What is known of a number before it is called. */
export interface DestinationFacts {
  /** ISO 3166 code. Absent for international networks, and for numbers that the plan of no country has. */
  readonly country?: string;
  /** What makes a call to it dear, in words. Absent for an ordinary number. */
  readonly surcharge?: string;
}

/** Tells what a number in E.164 is. */
export type NumberingPlan = (number: string) => DestinationFacts;

let loaded: NumberingPlan | undefined;

/** The numbering plans of the world. Loaded once in a process, when its first telephone starts. */
export async function numberingPlan(): Promise<NumberingPlan> {
  loaded ??= (await import("./destination-facts.ts")).destinationFacts;
  return loaded;
}

/**
 * A number that is on no entry of a list is refused. An entry is a number in E.164, or the begin of numbers with a `*`
 * behind it; no list allows all. `key` is the list's name in the configuration.
 */
export function listRefusal(to: string, allowTo: readonly string[] | undefined, key: string): TelephonyError | undefined {
  if (allowTo === undefined || allowTo.some((entry) => matches(to, entry))) return undefined;
  return refused(to, `it is on no entry of "${key}"`);
}

/** A number of a country that is not listed is refused, and so is one of no country; no list allows all. */
export function countryRefusal(to: string, facts: DestinationFacts, allowed: OutboundPolicy["allowCountries"]): TelephonyError | undefined {
  const { country } = facts;
  if (allowed === undefined || (country !== undefined && allowed.includes(country))) return undefined;
  const whose = country === undefined ? "it is a valid number of no country" : `it belongs to ${country}`;
  return refused(to, `${whose}, and "outbound.allowCountries" takes listed ones alone`);
}

/** A number that costs more than an ordinary call is refused, unless the owner takes that. */
export function premiumRefusal(to: string, { surcharge }: DestinationFacts, premiumRate: OutboundPolicy["premiumRate"]): TelephonyError | undefined {
  if (surcharge === undefined || premiumRate === "allow") return undefined;
  return refused(to, `it is ${surcharge}, and "outbound.premiumRate" is "refuse"`);
}

function matches(to: string, entry: string): boolean {
  return entry.endsWith("*") ? to.startsWith(entry.slice(0, -1)) : to === entry;
}

function refused(to: string, because: string): TelephonyError {
  return new TelephonyError("destination-refused", `${maskNumber(to)} may not be called: ${because}`);
}
