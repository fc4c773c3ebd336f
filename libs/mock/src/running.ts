import { TelephonyError } from "@openclaw/telephony-contract";
import type { InboundCall, NetworkControls, PartyCall, RemoteParty, RemotePartyFactory, Visit } from "@openclaw/phone-network";

/** Where the process keeps its running networks: the host loads several copies of this module into one process. */
const KEY: unique symbol = Symbol.for("openclaw.voice-call-mock.networks@1") as never;

/** A network that carries calls in this process. */
export type RunningNetwork = Pick<NetworkControls, "callUs" | "calls">;

/** What is on `globalThis`. Only members may be added: copies of other versions read it. */
interface Shared {
  readonly networks: Map<symbol, RunningNetwork>;
  party?: ((call: PartyCall) => RemoteParty | undefined) | undefined;
}

function shared(): Shared {
  const holder = globalThis as { [KEY]?: Shared };
  return (holder[KEY] ??= { networks: new Map() });
}

/** Networks that one process may know: far beyond any configuration. The oldest makes way. */
const MAX_NETWORKS = 50;

/** Makes a network known to the process. Gives the way to take it back. */
export function announceNetwork(network: RunningNetwork): () => void {
  const token = Symbol("mock network");
  const { networks } = shared();
  const [oldest] = networks.keys();
  if (oldest !== undefined && networks.size >= MAX_NETWORKS) networks.delete(oldest);
  networks.set(token, network);
  return () => void networks.delete(token);
}

/** The networks of this process, the latest last. One for each configuration of the mock that carries calls. */
export function runningNetworks(): readonly RunningNetwork[] {
  return [...shared().networks.values()];
}

/**
 * Calls us over the latest network of this process. The caller does what `script` says, else what the configuration
 * does. Throws an `unavailable` error where no network runs.
 */
export function placeInboundCall(visit: Visit): InboundCall {
  const network = runningNetworks().at(-1);
  if (!network) throw new TelephonyError("unavailable", 'No mock network runs in this process: configure provider "mock" and start the telephone', { retryable: true });
  return network.callUs(visit);
}

/**
 * Chooses who is at the other end of every call that begins from now on, in all mock networks of this process. Without
 * a factory, and where it gives nothing, the configuration decides.
 */
export function setRemoteParty(factory: RemotePartyFactory | undefined): void {
  shared().party = factory;
}

/** Who was set to be at the other end of a call, if anybody. */
export function chosenParty(call: PartyCall): RemoteParty | undefined {
  return shared().party?.(call);
}
