import { AudioError } from "./errors.ts";

/** The sample rates of this package in Hz: telephone, wideband, speech models, and the two of consumer audio. */
export const SAMPLE_RATES = [8000, 16000, 22050, 24000, 44100, 48000] as const;

/** One of {@link SAMPLE_RATES}, in Hz. */
export type SampleRate = (typeof SAMPLE_RATES)[number];

/** Whether the resampler knows this rate. */
export function isSampleRate(rate: number): rate is SampleRate {
  return (SAMPLE_RATES as readonly number[]).includes(rate);
}

/** Throws {@link AudioError} `unsupported-rate` for a rate outside {@link SAMPLE_RATES}. */
export function requireSampleRate(rate: number): asserts rate is SampleRate {
  if (!isSampleRate(rate)) {
    throw new AudioError("unsupported-rate", `sample rate ${rate} Hz is not one of ${SAMPLE_RATES.join(", ")}`);
  }
}
