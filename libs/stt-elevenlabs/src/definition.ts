import { CONTRACT, type TranscriberDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { ElevenLabsConfig } from "./config.ts";

/** ElevenLabs' transcription as it is registered. Its schema and its socket are imported when a configuration selects it. */
export const elevenLabsDefinition: TranscriberDefinition<ElevenLabsConfig> = {
  contract: CONTRACT,
  kind: "transcriber",
  id: "elevenlabs",
  label: "ElevenLabs",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  env: { apiKey: ["ELEVENLABS_API_KEY", "XI_API_KEY"] },
  secrets: ["apiKey"],
  capabilities,
  create: async (config, context) => (await import("./transcriber.ts")).createTranscriber(config, context),
};
