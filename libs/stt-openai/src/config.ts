import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isLanguageTag, isSocketBaseUrl } from "@openclaw/telephony-kit";
import { traitsOf } from "./models.ts";

/** The section `streaming.providers.openai` of the telephone's configuration. */
export interface OpenAiConfig {
  readonly apiKey: string;
  /** Address of the interface with its version, `…/v1`. Default: OpenAI's. */
  readonly baseUrl?: string;
  /** Default `gpt-transcribe`. */
  readonly model?: string;
  /** BCP 47; OpenAI is told the language without the region. Default: what the telephone says, else the model finds out. */
  readonly language?: string;
  /** What is talked about, in the words of the model's language. Up to 4000 characters. */
  readonly prompt?: string;
  /** Milliseconds of silence that end a turn, 100 to 10 000. Default: what the telephone says. */
  readonly silenceDurationMs?: number;
  /** How loud speech has to be for OpenAI to take it for speech, 0 to 1. Default 0.5, by OpenAI. */
  readonly vadThreshold?: number;
}

/** Where OpenAI is. */
export const OPENAI_URL = "https://api.openai.com/v1";

/** The model that needs no choice: it hears where speech ends, and OpenAI has announced no end for it. */
export const DEFAULT_MODEL = "gpt-transcribe";

const schema = z
  .strictObject({
    apiKey: z.string().min(1).max(500),
    baseUrl: z.string().refine(isSocketBaseUrl, "has to be an https or wss URL, or http or ws to this machine, without credentials, query and fragment").optional(),
    model: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, "has to be the name of a model").optional(),
    language: z.string().refine(isLanguageTag, "has to be a language, for example en-US").optional(),
    prompt: z.string().min(1).max(4000).optional(),
    silenceDurationMs: z.int().min(100).max(10_000).optional(),
    vadThreshold: z.number().min(0).max(1).optional(),
  })
  .superRefine(({ model = DEFAULT_MODEL, prompt }, context) => {
    if (prompt === undefined || traitsOf(model).prompt) return;
    context.addIssue({ code: "custom", path: ["prompt"], message: `is not known to ${model}` });
  });

/** Validates the section. No section at all is an empty one, so that every missing key is named. */
export const configSchema = schema.prefault({} as never) as unknown as StandardSchema<OpenAiConfig>;
