import type { IncomingEvent } from "@openclaw/telephony-contract";
import type { TelephoneSettings } from "../settings.ts";
import { canonicalNumber } from "./numbers.ts";

/** Whether a call that reached us is taken, and why not. */
export type Admission =
  | { readonly admitted: true; readonly from: string; readonly to: string }
  | { readonly admitted: false; readonly reason: "rejected" | "busy"; readonly because: string };

/** Decides about a call before it exists and before it takes a slot. A hidden or malformed number matches no list. */
export function admit(event: IncomingEvent, settings: TelephoneSettings, freeSlots: number): Admission {
  const from = canonicalNumber(event.from);
  const refusal = policyRefusal(from, settings);
  if (refusal) return { admitted: false, reason: "rejected", because: refusal };
  if (freeSlots <= 0) return { admitted: false, reason: "busy", because: "all lines are taken" };
  return { admitted: true, from: from ?? "anonymous", to: canonicalNumber(event.to) ?? event.to };
}

function policyRefusal(from: string | undefined, settings: TelephoneSettings): string | undefined {
  switch (settings.inboundPolicy) {
    case "open":
      return undefined;
    case "disabled":
      return "inbound calls are disabled";
    case "pairing":
      // Until a caller can be approved, pairing knows only those who are listed.
      return from !== undefined && settings.allowFrom.includes(from) ? undefined : "the caller is not paired";
    case "allowlist":
      return from !== undefined && settings.allowFrom.includes(from) ? undefined : "the caller is not on the list";
  }
}

/** Settings of an inbound call: the route of the dialled number over the general ones. */
export function routed(settings: TelephoneSettings, to: string): { readonly settings: TelephoneSettings; readonly route?: string } {
  const route = settings.numbers[to];
  return route ? { settings: { ...settings, ...route }, route: to } : { settings };
}
