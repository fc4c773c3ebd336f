import { TelephonyError } from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";
import type { OutboundPolicy, TelephoneSettings } from "../settings.ts";
import { canonicalNumber, maskNumber } from "../telephone/numbers.ts";
import { countryRefusal, listRefusal, numberingPlan, premiumRefusal, type NumberingPlan } from "./destination.ts";
import { hourlyCapRefusal, type Traffic } from "./hourly-cap.ts";
import { quietHoursRefusal } from "./quiet-hours.ts";

/**
 * Why a number in E.164 may not be called now, or nothing. Rules that time does not change go first, so that a refusal
 * that is said to be retryable is.
 */
export function outboundRefusal(to: string, policy: OutboundPolicy, traffic: Traffic, plan: NumberingPlan): TelephonyError | undefined {
  return (
    listRefusal(to, policy.allowTo, "outbound.allowTo") ??
    priceRefusal(to, policy, plan) ??
    quietHoursRefusal(policy.quietHours, traffic.now) ??
    hourlyCapRefusal(policy.maxCallsPerHour, traffic)
  );
}

/**
 * Why a call may not be transferred to a number, or nothing. Asked of every transfer before the carrier is. The list is
 * the transfers' own, and empty by default; country and price are judged as for calls. `to` is canonical E.164: anything
 * else is refused.
 */
export async function transferRefusal(
  to: string,
  { outbound, transfer }: Pick<TelephoneSettings, "outbound" | "transfer">,
): Promise<TelephonyError | undefined> {
  if (canonicalNumber(to) !== to) return new TelephonyError("invalid-request", '"to" has to be a number in E.164, like +15550100');
  return listRefusal(to, transfer.allowTo, "transfer.allowTo") ?? priceRefusal(to, outbound, await numberingPlan());
}

/**
 * Throws the refusal of a call that the owner's rules forbid: `destination-refused`, `quiet-hours` or `rate-cap`. Whoever
 * is let through has to take a line at once, in the same breath, so that the cap counts it.
 */
export function requireAllowed(
  to: string,
  settings: TelephoneSettings,
  { clock, log, store }: Pick<EnginePorts, "clock" | "log" | "store">,
  inMaking: number,
  plan: NumberingPlan,
): void {
  const traffic: Traffic = { now: clock.now(), inMaking, placedSince: (since, most) => store.outboundSince(since, most) };
  const refusal = outboundRefusal(to, settings.outbound, traffic, plan);
  if (refusal === undefined) return;
  log.warn("a call was refused by the owner's rules", { code: refusal.code, to: maskNumber(to) });
  throw refusal;
}

function priceRefusal(to: string, { allowCountries, premiumRate }: OutboundPolicy, plan: NumberingPlan): TelephonyError | undefined {
  const facts = plan(to);
  return countryRefusal(to, facts, allowCountries) ?? premiumRefusal(to, facts, premiumRate);
}
