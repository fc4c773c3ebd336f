import { ALAW_8K, MULAW_8K, pcm16, type TranscriberCapabilities } from "@openclaw/telephony-contract";

/** What Mistral can do. It writes all along and hears no pauses: the telephone finds the ends of turns, and asks for a flush. */
export const capabilities: TranscriberCapabilities = {
  formats: [MULAW_8K, ALAW_8K, pcm16(8000), pcm16(16_000), pcm16(48_000)],
  partials: true,
  endOfTurn: "engine",
};
