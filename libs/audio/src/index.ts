export { AudioError, type AudioErrorCode } from "./errors.ts";
export { ALAW_SILENCE, decodeAlaw, encodeAlaw } from "./g711/alaw.ts";
export { MULAW_SILENCE, decodeMulaw, encodeMulaw } from "./g711/mulaw.ts";
export { createPcm16Reader, readPcm16, viewPcm16, writePcm16, type Pcm16Reader } from "./pcm/pcm16.ts";
export { FRAME_MS, createFramer, frameSamples, type Framer } from "./framing.ts";
export { measureAlaw, measureMulaw, measurePcm16, silentLevel, type Level } from "./level.ts";
export { SAMPLE_RATES, isSampleRate, type SampleRate } from "./rates.ts";
export { createResampler, type Resampler, type ResamplerRates } from "./resample/resampler.ts";
