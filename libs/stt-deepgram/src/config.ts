import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isSocketBaseUrl } from "@openclaw/telephony-kit";

/** The section `streaming.providers.deepgram` of the telephone's configuration. */
export interface DeepgramConfig {
  readonly apiKey: string;
  /** Address of the interface with its version, `…/v1`; a Flux model uses `…/v2` beside it. Default: Deepgram's. */
  readonly baseUrl?: string;
  /** Default `nova-3`. A name that begins with `flux-` is a model that finds the ends of turns itself. */
  readonly model?: string;
  /** BCP 47, or `multi`. Default: what the telephone says, else what the model takes for granted. */
  readonly language?: string;
  /** Nova: milliseconds of silence that end an utterance. Default: what the telephone says. */
  readonly endpointingMs?: number;
  /** Flux: how sure the model is when it announces the end of a turn early, 0.3 to 0.9. Default: it does not. */
  readonly eagerEotThreshold?: number;
  /** Flux: how sure it is when it ends a turn, 0.5 to 1. Default 0.7, by Deepgram. */
  readonly eotThreshold?: number;
  /** Flux: milliseconds of silence that end a turn whatever the model thinks, 500 to 60 000. Default 5000. */
  readonly eotTimeoutMs?: number;
  /** Known from the host's own provider, and without an effect: the format is the call's. */
  readonly encoding?: string;
  /** Like `encoding`. */
  readonly sampleRate?: number;
  /** Like `encoding`: callers interrupt by words that may still change, so they are always asked for. */
  readonly interimResults?: boolean;
}

/** Where Deepgram is. */
export const DEEPGRAM_URL = "https://api.deepgram.com/v1";

/** The model that needs no choice. */
export const DEFAULT_MODEL = "nova-3";

const name = (what: string) => z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, `has to be the name of a ${what}`);

const schema = z
  .strictObject({
    apiKey: z.string().min(1).max(500),
    baseUrl: z.string().refine(isSocketBaseUrl, "has to be an https or wss URL, or http or ws to this machine, without credentials, query and fragment").optional(),
    model: name("model").optional(),
    language: name("language, for example en-US").optional(),
    endpointingMs: z.int().min(10).max(10_000).optional(),
    eagerEotThreshold: z.number().min(0.3).max(0.9).optional(),
    eotThreshold: z.number().min(0.5).max(1).optional(),
    eotTimeoutMs: z.int().min(500).max(60_000).optional(),
    encoding: z.string().optional(),
    sampleRate: z.number().optional(),
    interimResults: z.boolean().optional(),
  })
  .superRefine(({ eagerEotThreshold = 0, eotThreshold = 0.7 }, context) => {
    if (eagerEotThreshold <= eotThreshold) return;
    context.addIssue({ code: "custom", path: ["eagerEotThreshold"], message: "cannot be above eotThreshold, which is 0.7 where it is not set" });
  });

/** Validates the section. No section at all is an empty one, so that every missing key is named. */
export const configSchema = schema.prefault({} as never) as unknown as StandardSchema<DeepgramConfig>;

/** Whether the model finds the ends of turns itself. */
export function isFlux({ model = DEFAULT_MODEL }: DeepgramConfig): boolean {
  return model.startsWith("flux-");
}
