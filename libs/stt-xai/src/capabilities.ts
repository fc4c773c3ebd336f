import { ALAW_8K, MULAW_8K, pcm16, type TranscriberCapabilities } from "@openclaw/telephony-contract";

/** What xAI can do. That speech begins is only told by its first words. */
export const capabilities: TranscriberCapabilities = {
  formats: [MULAW_8K, ALAW_8K, pcm16(8000), pcm16(16_000), pcm16(24_000), pcm16(48_000)],
  partials: true,
  endOfTurn: "provider",
};
