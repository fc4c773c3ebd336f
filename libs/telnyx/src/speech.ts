import type { ActionSpeakParams, ActionStartTranscriptionParams, TranscriptionEngineGoogleConfig } from "telnyx/resources/calls/actions";
import type { CarrierVoice, ListenStep } from "@openclaw/telephony-contract";
import { isLanguageTag, isVoiceName } from "@openclaw/telephony-kit";
import type { TelnyxConfig } from "./config.ts";

/**
 * What is said and how. The text is plain to the carrier, so no markup in it counts, and it is without what is no text:
 * control characters and halves of characters. What is no name of a voice is left out: the configured one speaks. A voice
 * brings its language.
 */
export function speech(text: string, voice: CarrierVoice | undefined, config: TelnyxConfig): ActionSpeakParams {
  const name = voice?.name ?? "";
  const payload = text.toWellFormed().replaceAll(/\p{Cc}/gu, " ").trim();
  return { payload, payload_type: "text", voice: isVoiceName(name) ? name : config.voice };
}

/** Words that one request may name as likely. */
const MAX_HINTS = 100;
/** Names that Google has for a language where they differ from today's. */
const RENAMED: Readonly<Record<string, string>> = { he: "iw", nb: "no", nn: "no" };

/** How the caller's speech becomes text. Interim results tell that somebody talks before the utterance is over. */
export function transcription({ language = "", hints = [] }: ListenStep): ActionStartTranscriptionParams {
  const [primary = ""] = isLanguageTag(language) ? language.toLowerCase().split("-") : [];
  const config = {
    transcription_engine: "Google",
    interim_results: true,
    ...(primary !== "" && { language: RENAMED[primary] ?? primary }),
    ...(hints.length > 0 && { hints: hints.slice(0, MAX_HINTS) }),
  };
  return { transcription_engine: "Google", transcription_engine_config: config as TranscriptionEngineGoogleConfig, transcription_tracks: "inbound" };
}
