import { MULAW_8K, pcm16, type TranscriberCapabilities } from "@openclaw/telephony-contract";

/** What ElevenLabs can do. It does not tell that speech begins before it knows the first words. */
export const capabilities: TranscriberCapabilities = {
  formats: [MULAW_8K, pcm16(8000), pcm16(16_000), pcm16(24_000), pcm16(48_000)],
  partials: true,
  endOfTurn: "provider",
};
