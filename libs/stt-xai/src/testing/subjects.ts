import { transcriberHarness, type TranscriberSubject } from "@openclaw/phone-network/transcription";
import type { XAiConfig } from "../config.ts";
import { xAiDefinition } from "../definition.ts";
import type { XAiHabits } from "./dialect.ts";
import { API_KEY, createXAiVendor } from "./fake.ts";
import { section } from "./loopback.ts";

const CONFIG: XAiConfig = { apiKey: API_KEY };

const subject = (name: string, habits: XAiHabits): TranscriberSubject => ({
  name,
  definition: xAiDefinition,
  config: CONFIG,
  invalidConfigs: [
    { config: {}, key: "apiKey" },
    { config: { ...CONFIG, baseUrl: "http://api.x.ai/v1" }, key: "baseUrl" },
    { config: { ...CONFIG, language: "English!" }, key: "language" },
    { config: { ...CONFIG, endpointingMs: 6000 }, key: "endpointingMs" },
  ],
  harness: (kit) =>
    transcriberHarness(kit, { vendor: createXAiVendor(habits), section }, (found: XAiConfig, context) => xAiDefinition.create({ ...CONFIG, ...found }, context)),
});

/** xAI as the conformance kit tries it: with both ways in which its documentation can be understood. */
export const subjects: readonly TranscriberSubject[] = [
  subject("xAI", { repeatsLocked: true, restInDone: true }),
  subject("xAI in stretches", { repeatsLocked: false, restInDone: false }),
];
