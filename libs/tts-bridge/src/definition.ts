import { CONTRACT, type SpeechSynthesizerDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { HostSpeechConfig } from "./config.ts";
import type { HostSpeech } from "./host.ts";

/** The host's speech as a synthesizer of the telephone, under the id `host`. The plugin that has the host registers it. */
export function hostSpeechDefinition(host: HostSpeech): SpeechSynthesizerDefinition<HostSpeechConfig> {
  return {
    contract: CONTRACT,
    kind: "speech-synthesizer",
    id: "host",
    label: "Speech of the OpenClaw host",
    config: lazySchema(async () => (await import("./config.ts")).configSchema),
    capabilities,
    create: async (config, context) => (await import("./synthesizer.ts")).createSynthesizer(host, config, context),
  };
}
