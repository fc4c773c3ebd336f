import { transcriberHarness, type TranscriberSubject } from "@openclaw/phone-network/transcription";
import type { MistralConfig } from "../config.ts";
import { mistralDefinition } from "../definition.ts";
import type { FlushAnswer } from "./dialect.ts";
import { API_KEY, createMistralVendor } from "./fake.ts";
import { section } from "./loopback.ts";

const subject = (name: string, flushAnswer: FlushAnswer, config: MistralConfig): TranscriberSubject => ({
  name,
  definition: mistralDefinition,
  config,
  invalidConfigs: [
    { config: {}, key: "apiKey" },
    { config: { ...config, baseUrl: "http://api.mistral.ai" }, key: "baseUrl" },
    { config: { ...config, model: "" }, key: "model" },
    { config: { ...config, targetStreamingDelayMs: 40 }, key: "targetStreamingDelayMs" },
  ],
  harness: (kit) =>
    transcriberHarness(kit, { vendor: createMistralVendor(flushAnswer), section }, (found: MistralConfig, context) =>
      mistralDefinition.create({ ...config, ...found }, context),
    ),
});

/** Mistral as the conformance kit tries it: with both answers to a flush that are more than words. */
export const subjects: readonly TranscriberSubject[] = [
  subject("Mistral", "done", { apiKey: API_KEY }),
  subject("Mistral with segments", "segment", { apiKey: API_KEY, targetStreamingDelayMs: 800 }),
];
