import type { EndReason } from "@openclaw/telephony-contract";
import type { PartyCall, RemotePartyFactory } from "../party/party.ts";
import type { Leg } from "./leg.ts";
import type { Conduct, Network, Visit } from "./network.ts";

/** A call of the network, as it looks from outside. */
export interface CallReport extends PartyCall {
  /** Our id, once the network was told. */
  readonly callId?: string;
  readonly state: "ringing" | "answered" | "ended";
  readonly reason?: EndReason;
  /** What the remote party heard us say, the latest texts. */
  readonly heard: readonly string[];
}

/** A call that was placed to us. */
export interface InboundCall {
  /** The network's id. */
  readonly id: string;
  /** How it is at the moment. */
  report(): CallReport;
  /** The caller hangs up. */
  hangUp(): void;
}

/** What somebody outside may do with a network: be its people. */
export interface NetworkControls {
  /** Somebody calls us. Throws an `unavailable` error where the network is full or closed. */
  callUs(visit: Visit): InboundCall;
  /** Calls that are remembered, the oldest first. */
  calls(): readonly CallReport[];
  /** Chooses who is at the other end of calls that begin from now on; without a factory, the settings do. */
  setParty(party: RemotePartyFactory | undefined): void;
}

/** Controls of a network whose inbound calls are conducted by `conduct`. */
export function controlsOf(network: Network, conduct: Conduct): NetworkControls {
  return {
    callUs(visit) {
      const leg = network.visit(visit, conduct);
      return { id: leg.id, report: () => reportOn(leg), hangUp: () => leg.call.line.hangUp() };
    },
    calls: () => network.legs.map(reportOn),
    setParty: (party) => network.setParty(party),
  };
}

function reportOn({ call, callId }: Leg): CallReport {
  const { about, state, reason, heard } = call;
  return { ...about, state, heard: [...heard], ...(callId !== undefined && { callId }), ...(reason !== undefined && { reason }) };
}
