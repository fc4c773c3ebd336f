import * as z from "zod";
import type { StandardSchema } from "@openclaw/telephony-contract";

/** The section of the telephone's configuration, with its defaults filled in. */
export interface HostSpeechConfig {
  /** What the telephone changes of the host's `tts`: merged over it, object by object. The host knows its keys. */
  readonly tts?: Readonly<Record<string, unknown>>;
  /** Milliseconds for each of the host's providers that is tried. */
  readonly timeoutMs: number;
}

/**
 * Enough for a long sentence of a provider that speaks it as a whole, and short enough that a second provider can speak
 * before the telephone gives up at ten seconds.
 */
const DEFAULT_TIMEOUT_MS = 6000;

const schema = z.strictObject({
  tts: z.record(z.string(), z.unknown()).optional(),
  timeoutMs: z.number().int().min(500).max(60_000).default(DEFAULT_TIMEOUT_MS),
});

/** Validates the section. No section at all is an empty one. */
export const configSchema = schema.prefault({}) as unknown as StandardSchema<HostSpeechConfig>;
