import { ALAW_8K, MULAW_8K, pcm16, type TranscriberCapabilities } from "@openclaw/telephony-contract";

/**
 * What OpenAI can do with every model. A model that hears the begin and the end of speech writes only when the speech is
 * over, so that there are no partials to count on; one that writes all along reports them nevertheless.
 */
export const capabilities: TranscriberCapabilities = {
  formats: [MULAW_8K, ALAW_8K, pcm16(24_000)],
  speechStart: true,
  endOfTurn: "provider",
};
