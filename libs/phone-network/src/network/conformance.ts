import type { NetworkFault, TestNetwork } from "@openclaw/telephony-contract/testing";
import { HeldParty } from "../party/held-party.ts";
import type { RemotePartyFactory } from "../party/party.ts";
import type { Outcome } from "../party/people.ts";

/** What a conformance harness has to do with a carrier's network. */
export interface ConformanceNetworkOptions {
  /** Somebody calls us, over the network that has the `party` of this. */
  readonly callUs: (numbers: { readonly from: string; readonly to: string }) => unknown;
  /** What happens to the carrier's requests: the `Faults` of its service, or whatever else takes the same names. */
  readonly faults: { next(fault: NetworkFault): void };
}

/** The network of a conformance harness, and what a carrier's network needs for it: both are options of `Network`. */
export interface ConformanceNetwork {
  readonly network: TestNetwork;
  readonly party: RemotePartyFactory;
  readonly transferOutcome: (to: string) => Outcome;
}

/** Puts the far ends of a carrier's calls, and the faults of its requests, into the hands of the conformance kit. */
export function conformanceNetwork({ callUs, faults }: ConformanceNetworkOptions): ConformanceNetwork {
  const parties: { readonly number: string; readonly party: HeldParty }[] = [];
  let placed = 0;
  let target: Outcome = "answer";
  return {
    party({ direction, from, to }) {
      const party = new HeldParty();
      parties.push({ number: direction === "outbound" ? to : from, party });
      if (direction === "outbound") placed++;
      return party;
    },
    transferOutcome: () => target,
    network: {
      get placed() {
        return placed;
      },
      party(number) {
        const party = parties.findLast((one) => one.number === number)?.party;
        return party?.reached ? party : undefined;
      },
      call(numbers) {
        const before = parties.length;
        callUs(numbers);
        const caller = parties[before]?.party;
        if (!caller) throw new Error("nobody called: the carrier's network does not ask this for its parties");
        return caller;
      },
      failNext: (fault) => faults.next(fault),
      transferTarget: (does) => void (target = does),
    },
  };
}
