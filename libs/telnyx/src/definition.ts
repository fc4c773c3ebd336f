import { CONTRACT, type CarrierDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { TelnyxConfig } from "./config.ts";

/** Telnyx as it is registered. Its SDK is imported when a configuration selects it. */
export const telnyxDefinition: CarrierDefinition<TelnyxConfig> = {
  contract: CONTRACT,
  kind: "carrier",
  id: "telnyx",
  label: "Telnyx",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { apiKey: ["TELNYX_API_KEY"], connectionId: ["TELNYX_CONNECTION_ID"], publicKey: ["TELNYX_PUBLIC_KEY"] },
  secrets: ["apiKey"],
  capabilities,
  create: async (config, context) => (await import("./carrier.ts")).createCarrier(config, context),
};
