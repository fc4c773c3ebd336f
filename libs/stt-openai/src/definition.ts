import { CONTRACT, type TranscriberDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { OpenAiConfig } from "./config.ts";

/** OpenAI's transcription as it is registered. Its schema and its socket are imported when a configuration selects it. */
export const openAiDefinition: TranscriberDefinition<OpenAiConfig> = {
  contract: CONTRACT,
  kind: "transcriber",
  id: "openai",
  label: "OpenAI",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { apiKey: ["OPENAI_API_KEY"] },
  secrets: ["apiKey"],
  capabilities,
  create: async (config, context) => (await import("./transcriber.ts")).createTranscriber(config, context),
};
