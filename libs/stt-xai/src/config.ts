import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isLanguageTag, isSocketBaseUrl } from "@openclaw/telephony-kit";

/** The section `streaming.providers.xai` of the telephone's configuration. */
export interface XAiConfig {
  readonly apiKey: string;
  /** Address of the interface with its version, `…/v1`. Default: xAI's. */
  readonly baseUrl?: string;
  /** BCP 47; xAI is told the language without the region. Default: what the telephone says, else xAI finds out. */
  readonly language?: string;
  /** Whether words are reported while they may still change. Default true. */
  readonly interimResults?: boolean;
  /** Milliseconds of silence that end an utterance, 10 to 5000. Default: what the telephone says. */
  readonly endpointingMs?: number;
  /** Known from the host's own provider, and without an effect: the format is the call's. */
  readonly encoding?: string;
  /** Like `encoding`. */
  readonly sampleRate?: number;
}

/** Where xAI is. */
export const XAI_URL = "https://api.x.ai/v1";

const schema = z.strictObject({
  apiKey: z.string().min(1).max(500),
  baseUrl: z.string().refine(isSocketBaseUrl, "has to be an https or wss URL, or http or ws to this machine, without credentials, query and fragment").optional(),
  language: z.string().refine(isLanguageTag, "has to be a language, for example en-US").optional(),
  interimResults: z.boolean().optional(),
  endpointingMs: z.int().min(10).max(5000).optional(),
  encoding: z.string().optional(),
  sampleRate: z.number().optional(),
});

/** Validates the section. No section at all is an empty one, so that every missing key is named. */
export const configSchema = schema.prefault({} as never) as unknown as StandardSchema<XAiConfig>;
