import { CONTRACT, type CarrierDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { TwilioConfig } from "./config.ts";

/** Twilio as it is registered. Its schema and its SDK are imported when a configuration selects it. */
export const twilioDefinition: CarrierDefinition<TwilioConfig> = {
  contract: CONTRACT,
  kind: "carrier",
  id: "twilio",
  label: "Twilio",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { accountSid: ["TWILIO_ACCOUNT_SID"], authToken: ["TWILIO_AUTH_TOKEN"], fromNumber: ["TWILIO_FROM_NUMBER"] },
  secrets: ["authToken", "apiKeySecret"],
  capabilities,
  create: async (config, context) => (await import("./carrier.ts")).createCarrier(config, context),
};
