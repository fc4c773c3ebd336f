import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { isLanguageTag, isSocketBaseUrl } from "@openclaw/telephony-kit";

/** The section `streaming.providers.elevenlabs` of the telephone's configuration. */
export interface ElevenLabsConfig {
  readonly apiKey: string;
  /** Address of the interface without its version. Default: ElevenLabs'. */
  readonly baseUrl?: string;
  /** Default `scribe_v2_realtime`. */
  readonly modelId?: string;
  /** BCP 47; ElevenLabs is told the language without the region. Default: what the telephone says, else the model finds out. */
  readonly languageCode?: string;
  /** ElevenLabs finds the ends of utterances. It can be told them instead, but nobody would do so here. */
  readonly commitStrategy?: "vad";
  /** Seconds of silence that end an utterance, 0.3 to 3. Default: what the telephone says. */
  readonly vadSilenceThresholdSecs?: number;
  /** How sure ElevenLabs has to be that a sound is speech, 0.1 to 0.9. Default 0.4, by ElevenLabs. */
  readonly vadThreshold?: number;
  /** Milliseconds of sound that are speech, 50 to 2000. Default 100, by ElevenLabs. */
  readonly minSpeechDurationMs?: number;
  /** Milliseconds of quiet that are silence, 50 to 2000. Default 100, by ElevenLabs. */
  readonly minSilenceDurationMs?: number;
  /** Known from the host's own provider, and without an effect: the format is the call's. */
  readonly audioFormat?: string;
  /** Like `audioFormat`. */
  readonly sampleRate?: number;
}

/** Where ElevenLabs is. */
export const ELEVENLABS_URL = "https://api.elevenlabs.io";

/** The model that needs no choice. */
export const DEFAULT_MODEL = "scribe_v2_realtime";

const schema = z.strictObject({
  apiKey: z.string().min(1).max(500),
  baseUrl: z.string().refine(isSocketBaseUrl, "has to be an https or wss URL, or http or ws to this machine, without credentials, query and fragment").optional(),
  modelId: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "has to be the name of a model").optional(),
  languageCode: z.string().refine(isLanguageTag, "has to be a language, for example en").optional(),
  commitStrategy: z.literal("vad", 'has to be "vad": the telephone leaves it to ElevenLabs where an utterance ends').optional(),
  vadSilenceThresholdSecs: z.number().min(0.3).max(3).optional(),
  vadThreshold: z.number().min(0.1).max(0.9).optional(),
  minSpeechDurationMs: z.int().min(50).max(2000).optional(),
  minSilenceDurationMs: z.int().min(50).max(2000).optional(),
  audioFormat: z.string().optional(),
  sampleRate: z.number().optional(),
});

/** Validates the section. No section at all is an empty one, so that every missing key is named. */
export const configSchema = schema.prefault({} as never) as unknown as StandardSchema<ElevenLabsConfig>;
