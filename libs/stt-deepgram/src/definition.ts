import { CONTRACT, type TranscriberDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { DeepgramConfig } from "./config.ts";

/** Deepgram as it is registered. Its schema and its socket are imported when a configuration selects it. */
export const deepgramDefinition: TranscriberDefinition<DeepgramConfig> = {
  contract: CONTRACT,
  kind: "transcriber",
  id: "deepgram",
  label: "Deepgram",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { apiKey: ["DEEPGRAM_API_KEY"], baseUrl: ["DEEPGRAM_BASE_URL"] },
  secrets: ["apiKey"],
  capabilities,
  create: async (config, context) => (await import("./transcriber.ts")).createTranscriber(config, context),
};
