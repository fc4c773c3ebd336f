import { transcriberHarness, type TranscriberSubject } from "@openclaw/phone-network/transcription";
import { capabilities } from "../capabilities.ts";
import type { OpenAiConfig } from "../config.ts";
import { openAiDefinition } from "../definition.ts";
import { API_KEY, openAiVendor } from "./fake.ts";
import { section } from "./loopback.ts";

const subject = (name: string, config: OpenAiConfig): TranscriberSubject => ({
  name,
  definition: openAiDefinition,
  config,
  invalidConfigs: [
    { config: {}, key: "apiKey" },
    { config: { ...config, baseUrl: "http://api.openai.com/v1" }, key: "baseUrl" },
    { config: { ...config, model: "" }, key: "model" },
    { config: { ...config, language: "English!" }, key: "language" },
    { config: { ...config, vadThreshold: 2 }, key: "vadThreshold" },
    { config: { ...config, silenceDurationMs: 0 }, key: "silenceDurationMs" },
    { config: { ...config, model: "gpt-realtime-whisper", prompt: "Names." }, key: "prompt" },
  ],
  harness: (kit) =>
    transcriberHarness(kit, { vendor: openAiVendor, section }, (found: OpenAiConfig, context) => openAiDefinition.create({ ...config, ...found }, context)),
});

/** OpenAI as the conformance kit tries it: with a model for which OpenAI finds the turns, and with one that writes all along. */
export const subjects: readonly TranscriberSubject[] = [
  subject("OpenAI with turns", { apiKey: API_KEY }),
  { ...subject("OpenAI without turns", { apiKey: API_KEY, model: "gpt-live-transcribe" }), capabilities: { ...capabilities, speechStart: false, partials: true } },
];
