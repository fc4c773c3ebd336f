import { CONTRACT, type CarrierDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { PlivoConfig } from "./config.ts";

/** Plivo as it is registered. The carrier and Plivo's SDK are imported when a configuration selects it. */
export const plivoDefinition: CarrierDefinition<PlivoConfig> = {
  contract: CONTRACT,
  kind: "carrier",
  id: "plivo",
  label: "Plivo",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { authId: ["PLIVO_AUTH_ID"], authToken: ["PLIVO_AUTH_TOKEN"] },
  secrets: ["authToken"],
  capabilities,
  create: async (config, context) => (await import("./carrier.ts")).createCarrier(config, context),
};
