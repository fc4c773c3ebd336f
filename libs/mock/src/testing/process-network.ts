import type { NetworkControls } from "@openclaw/phone-network";
import { placeInboundCall, runningNetworks, setRemoteParty } from "../running.ts";

/**
 * The people on the mock network that runs in this process, the latest where there are several, in the shape that other
 * carriers' fakes give to a suite with `network()`.
 *
 * The mock has no `startLoopbackCarrier`: there is no wire to it. Its network begins with the carrier and lives in the
 * telephone's process, so nothing could be started, asked or disturbed from outside of it.
 */
export function processNetwork(): NetworkControls {
  return {
    callUs: placeInboundCall,
    calls: () => runningNetworks().at(-1)?.calls() ?? [],
    setParty: setRemoteParty,
  };
}
