import { ALAW_8K, MULAW_8K, pcm16, type SpeechSynthesizerCapabilities } from "@openclaw/telephony-contract";

/**
 * What the host's providers can do, whichever speaks. Which format comes, the provider decides; all of these are known to
 * come. Most providers speak a text as a whole, so streaming is not promised. The host refuses texts beyond 4096 characters
 * unless `tts.maxTextLength` says otherwise.
 */
export const capabilities: SpeechSynthesizerCapabilities = {
  formats: [pcm16(24_000), pcm16(22_050), pcm16(16_000), pcm16(8000), MULAW_8K, ALAW_8K],
  maxChars: 4096,
};
