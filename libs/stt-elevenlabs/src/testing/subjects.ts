import { transcriberHarness, type TranscriberSubject } from "@openclaw/phone-network/transcription";
import type { ElevenLabsConfig } from "../config.ts";
import { elevenLabsDefinition } from "../definition.ts";
import { API_KEY, elevenLabsVendor } from "./fake.ts";
import { section } from "./loopback.ts";

const config: ElevenLabsConfig = { apiKey: API_KEY };

/** ElevenLabs as the conformance kit tries it. */
export const subjects: readonly TranscriberSubject[] = [
  {
    definition: elevenLabsDefinition,
    config,
    invalidConfigs: [
      { config: {}, key: "apiKey" },
      { config: { ...config, baseUrl: "http://api.elevenlabs.io" }, key: "baseUrl" },
      { config: { ...config, modelId: "" }, key: "modelId" },
      { config: { ...config, languageCode: "English!" }, key: "languageCode" },
      { config: { ...config, commitStrategy: "manual" }, key: "commitStrategy" },
      { config: { ...config, vadSilenceThresholdSecs: 5 }, key: "vadSilenceThresholdSecs" },
    ],
    harness: (kit) =>
      transcriberHarness(kit, { vendor: elevenLabsVendor, section }, (found: ElevenLabsConfig, context) => elevenLabsDefinition.create({ ...config, ...found }, context)),
  },
];
