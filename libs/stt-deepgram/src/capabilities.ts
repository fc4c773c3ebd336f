import { ALAW_8K, MULAW_8K, pcm16, type TranscriberCapabilities } from "@openclaw/telephony-contract";

/** What Deepgram can do. Only a Flux model announces the end of a turn early, and only with `eagerEotThreshold`. */
export const capabilities: TranscriberCapabilities = {
  formats: [MULAW_8K, ALAW_8K, pcm16(8000), pcm16(16000), pcm16(24000), pcm16(48000)],
  partials: true,
  speechStart: true,
  endOfTurn: "provider",
  eagerEndOfTurn: true,
};
