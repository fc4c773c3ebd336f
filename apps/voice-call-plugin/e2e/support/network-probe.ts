import type { HostLab } from "@openclaw/host-lab";
import { packPlugin } from "./throwaway-plugin.ts";

/** A call as the mock's network saw it, from the other end of the line. */
export interface NetworkCall {
  readonly callId?: string;
  readonly direction: "outbound" | "inbound";
  readonly state: "ringing" | "answered" | "ended";
  readonly reason?: string;
  readonly heard: readonly string[];
}

/** Somebody who calls us, and what they do. */
export interface Caller {
  readonly from: string;
  readonly to: string;
  readonly script: readonly object[];
}

const CODE = `
import { placeInboundCall, runningNetworks } from "@openclaw/voice-call-mock";

export default {
  id: "network-probe",
  name: "network-probe",
  description: "Exists only in a test",
  register(api) {
    if (api.registrationMode !== "full") return;
    const method = (name, work) =>
      api.registerGatewayMethod(name, ({ params, respond }) => respond(true, work(params)), { scope: "operator.write" });
    method("network.calls", () => runningNetworks().flatMap((network) => network.calls()));
    method("network.callus", (caller) => placeInboundCall(caller).report());
  },
};
`;

/** Packs a plugin that stands at the other end of the mock's lines, inside the Gateway. */
export function packNetworkProbe(folder: string): string {
  return packPlugin(folder, { id: "network-probe", code: CODE, uses: ["openclaw-telephony-contract", "openclaw-voice-call-mock"] });
}

/** Every call that the Gateway's mock network remembers, the oldest first. */
export async function networkCalls(lab: HostLab): Promise<readonly NetworkCall[]> {
  return (await lab.rpc("network.calls", {})) as readonly NetworkCall[];
}

/** Somebody calls the Gateway's number. */
export async function callUs(lab: HostLab, caller: Caller): Promise<void> {
  await lab.rpc("network.callus", caller);
}
