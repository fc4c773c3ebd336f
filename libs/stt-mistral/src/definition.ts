import { CONTRACT, type TranscriberDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { MistralConfig } from "./config.ts";

/** Mistral as it is registered. Its schema and its socket are imported when a configuration selects it. */
export const mistralDefinition: TranscriberDefinition<MistralConfig> = {
  contract: CONTRACT,
  kind: "transcriber",
  id: "mistral",
  label: "Mistral",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { apiKey: ["MISTRAL_API_KEY"], baseUrl: ["MISTRAL_REALTIME_BASE_URL"] },
  secrets: ["apiKey"],
  capabilities,
  create: async (config, context) => (await import("./transcriber.ts")).createTranscriber(config, context),
};
