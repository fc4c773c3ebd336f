import { transcriberHarness, type TranscriberSubject } from "@openclaw/phone-network/transcription";
import { capabilities } from "../capabilities.ts";
import type { DeepgramConfig } from "../config.ts";
import { deepgramDefinition } from "../definition.ts";
import { API_KEY, deepgramVendor } from "./fake.ts";
import { section } from "./loopback.ts";

const subject = (name: string, config: DeepgramConfig): TranscriberSubject => ({
  name,
  definition: deepgramDefinition,
  config,
  invalidConfigs: [
    { config: {}, key: "apiKey" },
    { config: { ...config, baseUrl: "http://api.deepgram.com/v1" }, key: "baseUrl" },
    { config: { ...config, model: "" }, key: "model" },
    { config: { ...config, eotThreshold: 0.1 }, key: "eotThreshold" },
    { config: { ...config, eagerEotThreshold: 0.9, eotThreshold: 0.6 }, key: "eagerEotThreshold" },
  ],
  harness: (kit) =>
    transcriberHarness(kit, { vendor: deepgramVendor, section }, (found: DeepgramConfig, context) => deepgramDefinition.create({ ...config, ...found }, context)),
});

/** Deepgram as the conformance kit tries it: with a Nova model and with Flux. */
export const subjects: readonly TranscriberSubject[] = [
  { ...subject("Deepgram Nova", { apiKey: API_KEY }), capabilities: { ...capabilities, eagerEndOfTurn: false } },
  subject("Deepgram Flux", { apiKey: API_KEY, model: "flux-general-multi", eagerEotThreshold: 0.4 }),
];
