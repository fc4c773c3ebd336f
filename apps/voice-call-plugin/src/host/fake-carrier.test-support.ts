import { type AnyProviderDefinition, CONTRACT } from "@openclaw/telephony-contract";
import * as z from "zod";

/** The definition of a carrier that needs a key. It is never made: that is the engine's affair. */
export function fakeCarrier(id: string): AnyProviderDefinition {
  return {
    contract: CONTRACT,
    kind: "carrier",
    id,
    label: id,
    config: z.strictObject({ apiKey: z.string() }),
    secrets: ["apiKey"],
    env: { apiKey: [`${id.toUpperCase()}_API_KEY`] },
    capabilities: { flow: "push", outbound: true, inbound: true, audioModes: ["native"], steps: {} },
    create: () => Promise.reject(new Error("not in this test")),
  };
}
