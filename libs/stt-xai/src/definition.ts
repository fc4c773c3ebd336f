import { CONTRACT, type TranscriberDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { XAiConfig } from "./config.ts";

/** xAI as it is registered. Its schema and its socket are imported when a configuration selects it. */
export const xAiDefinition: TranscriberDefinition<XAiConfig> = {
  contract: CONTRACT,
  kind: "transcriber",
  id: "xai",
  label: "xAI",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { apiKey: ["XAI_API_KEY"], baseUrl: ["XAI_BASE_URL"] },
  secrets: ["apiKey"],
  capabilities,
  create: async (config, context) => (await import("./transcriber.ts")).createTranscriber(config, context),
};
