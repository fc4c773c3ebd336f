import type { IncomingEvent } from "@openclaw/telephony-contract";
import type { PairingDecision } from "../policy/pairing-types.ts";
import type { TelephoneSettings } from "../settings.ts";
import { presentedNumber } from "./numbers.ts";

/** What becomes of a call that reached us. */
export type Admission =
  /** It is taken: `listed` in `allowFrom`, `approved` by the owner, or because the telephone is `open` to all. */
  | { readonly verdict: "admitted"; readonly by: "listed" | "approved" | "open"; readonly from: string; readonly to: string }
  /** Pairing does not know the caller, who may be told so. */
  | { readonly verdict: "unknown"; readonly from: string; readonly to: string }
  | { readonly verdict: "refused"; readonly reason: "rejected" | "busy"; readonly because: string };

/** What a decision is made by, beside the settings. */
interface AdmissionFacts {
  readonly freeSlots: number;
  /** What the owner said of a number. Asked only under the policy `pairing`. */
  readonly decisionOn: (number: string) => PairingDecision | undefined;
}

type Policy = (from: string | undefined, settings: TelephoneSettings, facts: AdmissionFacts) => "listed" | "approved" | "open" | "unknown" | Refusal;
interface Refusal {
  readonly because: string;
}

const POLICIES: Readonly<Record<TelephoneSettings["inboundPolicy"], Policy>> = {
  disabled: () => ({ because: "inbound calls are disabled" }),
  open: () => "open",
  allowlist: (from, settings) => (isListed(from, settings) ? "listed" : { because: "the caller is not on the list" }),
  pairing(from, settings, { decisionOn }) {
    if (from === undefined) return { because: "the caller withholds the number, so nobody could approve it" };
    if (isListed(from, settings)) return "listed";
    const decision = decisionOn(from);
    if (decision === "refused") return { because: "the owner turned the caller away" };
    return decision ?? "unknown";
  },
};

/**
 * Decides about a call before it exists and before it takes a line. Who may not get through is never told that the lines
 * are busy. A hidden or malformed number matches no list.
 */
export function admit(event: Pick<IncomingEvent, "from" | "to">, settings: TelephoneSettings, facts: AdmissionFacts): Admission {
  const presented = presentedNumber(event.from);
  const decided = POLICIES[settings.inboundPolicy](presented, settings, facts);
  if (typeof decided === "object") return { verdict: "refused", reason: "rejected", ...decided };
  const numbers = { from: presented ?? "anonymous", to: presentedNumber(event.to) ?? event.to };
  if (decided === "unknown") return { verdict: "unknown", ...numbers };
  if (facts.freeSlots <= 0) return { verdict: "refused", reason: "busy", because: "all lines are taken" };
  return { verdict: "admitted", by: decided, ...numbers };
}

function isListed(from: string | undefined, { allowFrom }: TelephoneSettings): boolean {
  return from !== undefined && allowFrom.includes(from);
}

/** Settings of an inbound call: the route of the dialled number over the general ones. */
export function routed(settings: TelephoneSettings, to: string): { readonly settings: TelephoneSettings; readonly route?: string } {
  // `to` comes from outside: it may have the name of something that every object has.
  const route = Object.hasOwn(settings.numbers, to) ? settings.numbers[to] : undefined;
  return route ? { settings: { ...settings, ...route }, route: to } : { settings };
}
