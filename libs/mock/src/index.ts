import type { CarrierContext } from "@openclaw/telephony-contract";
import type { Mock, MockOptions } from "./carrier/mock.ts";
import type { MockConfig } from "./settings.ts";

export { mockDefinition } from "./definition.ts";
export type { MockConfig, MockFlow, MockOutcome, ScriptMove } from "./settings.ts";
export type {
  Heard,
  MachineVerdict,
  PartyCall,
  PartyLine,
  RemoteParty,
  RemotePartyFactory,
} from "./party/party.ts";
export {
  placeInboundCall,
  runningNetworks,
  setRemoteParty,
  type CallReport,
  type InboundCall,
  type RunningNetwork,
} from "./running.ts";
export type { Visit } from "./network/network.ts";
export type { Mock, MockOptions } from "./carrier/mock.ts";
export type { RequestHook } from "./carrier/requests.ts";

/** Makes a carrier on a network of its own, for tests that hold the remote party or the requests in their hands. */
export async function createMockCarrier(config: MockConfig, context: CarrierContext, options?: MockOptions): Promise<Mock> {
  return (await import("./carrier/mock.ts")).createMock(config, context, options);
}
