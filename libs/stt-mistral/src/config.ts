import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isSocketBaseUrl } from "@openclaw/telephony-kit";

/** The section `streaming.providers.mistral` of the telephone's configuration. */
export interface MistralConfig {
  readonly apiKey: string;
  /** Address of the interface, with or without its version `/v1`. Default: Mistral's. */
  readonly baseUrl?: string;
  /** Default `voxtral-mini-transcribe-realtime-2602`. */
  readonly model?: string;
  /** Milliseconds by which the words follow the speech, 80 to 2400: later ones are more often right. Default 480, by Mistral. */
  readonly targetStreamingDelayMs?: number;
  /** Known from the host's own provider, and without an effect: the format is the call's. */
  readonly encoding?: string;
  /** Like `encoding`. */
  readonly sampleRate?: number;
}

/** Where Mistral is. */
export const MISTRAL_URL = "https://api.mistral.ai";

/** The model that needs no choice. */
export const DEFAULT_MODEL = "voxtral-mini-transcribe-realtime-2602";

/** Mistral's own delay of the words, in milliseconds. */
export const DEFAULT_DELAY_MS = 480;

const schema = z.strictObject({
  apiKey: z.string().min(1).max(500),
  baseUrl: z.string().refine(isSocketBaseUrl, "has to be an https or wss URL, or http or ws to this machine, without credentials, query and fragment").optional(),
  model: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "has to be the name of a model").optional(),
  targetStreamingDelayMs: z.int().min(80).max(2400).optional(),
  encoding: z.string().optional(),
  sampleRate: z.number().optional(),
});

/** Validates the section. No section at all is an empty one, so that every missing key is named. */
export const configSchema = schema.prefault({} as never) as unknown as StandardSchema<MistralConfig>;
