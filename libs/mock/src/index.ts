import type { CarrierContext } from "@openclaw/telephony-contract";
import type { Mock, MockOptions } from "./carrier/mock.ts";
import type { MockConfig } from "./settings.ts";

export { mockDefinition } from "./definition.ts";
export type { MockConfig, MockFlow, MockOutcome } from "./settings.ts";
export type { CallReport, InboundCall, NetworkControls, Visit } from "@openclaw/phone-network";
export type { Heard, MachineVerdict, Outcome, PartyCall, PartyLine, PeopleSettings, RemoteParty, RemotePartyFactory, ScriptMove } from "@openclaw/phone-network";
export type { AudioOutlet } from "@openclaw/phone-network";
export { placeInboundCall, runningNetworks, setRemoteParty, type RunningNetwork } from "./running.ts";
export type { Mock, MockOptions } from "./carrier/mock.ts";
export type { RequestHook } from "./carrier/requests.ts";
export type { MakeSound, Sound } from "./audio/connect.ts";

/** Makes a carrier on a network of its own, for tests that hold the remote party or the requests in their hands. */
export async function createMockCarrier(config: MockConfig, context: CarrierContext, options?: MockOptions): Promise<Mock> {
  return (await import("./carrier/mock.ts")).createMock(config, context, options);
}
