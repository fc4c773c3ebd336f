import type { ActionSpeakParams, ActionStartTranscriptionParams } from "telnyx/resources/calls/actions";
import type { CarrierVoice, ListenStep } from "@openclaw/telephony-contract";
import { isLanguageTag, isVoiceName } from "@openclaw/telephony-kit";
import type { TelnyxConfig } from "./config.ts";

/** Languages that `speak` takes. A named voice brings its own; for any other language the voice alone decides. */
const SPOKEN: readonly string[] =
  "arb cmn-CN cy-GB da-DK de-DE en-AU en-GB en-IN en-US es-ES es-MX es-US fr-CA fr-FR hi-IN is-IS it-IT ja-JP ko-KR nb-NO nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU sv-SE tr-TR".split(" ");
/** Voices without a name of their own. They speak `en-US` at the service level `basic`. */
const PLAIN_VOICES: readonly string[] = ["male", "female"];

/**
 * What is said and how. The text is plain to the carrier, so no markup in it counts. What is no name of a voice or of a
 * language is left out: the call goes on in the configured voice.
 */
export function speech(text: string, { name = "", language = "" }: CarrierVoice = {}, config: TelnyxConfig): ActionSpeakParams {
  const voice = isVoiceName(name) ? name : config.voice;
  const plain = PLAIN_VOICES.includes(voice);
  const spoken = plain ? "en-US" : SPOKEN.find((known) => known.toLowerCase() === language.toLowerCase());
  return {
    payload: speakable(text),
    payload_type: "text",
    voice,
    ...(plain && { service_level: "basic" }),
    ...(spoken !== undefined && { language: spoken as NonNullable<ActionSpeakParams["language"]> }),
  };
}

/** Without what is no text: control characters and halves of characters. */
function speakable(text: string): string {
  return text.toWellFormed().replaceAll(/\p{Cc}/gu, " ").trim();
}

/** Words that one request may name as likely. */
const MAX_HINTS = 100;
/** Languages of Deepgram's nova-3 that are told from their variants; all others go by their first part. */
const DEEPGRAM: readonly string[] = ["en-US", "en-AU", "en-GB", "en-IN", "en-NZ", "sv-SE", "da-DK", "es-419", "fr-CA", "pt-BR", "pt-PT"];
/** Names that Google has for a language where they differ from today's. */
const GOOGLE: Readonly<Record<string, string>> = { he: "iw", nb: "no", nn: "no" };
/** Silence that ends an utterance at Deepgram, at most, in milliseconds. */
const MAX_UTTERANCE_END_MS = 5000;

/** How the caller's speech becomes text. Interim results tell that somebody talks before the utterance is over. */
export function transcription({ language, hints, endSilenceMs }: ListenStep, { transcription: { engine, model } }: TelnyxConfig): ActionStartTranscriptionParams {
  const tag = language !== undefined && isLanguageTag(language) ? language.toLowerCase() : "";
  const [primary = ""] = tag.split("-");
  const words = hints?.slice(0, MAX_HINTS);
  const inEngine = (): Record<string, unknown> => {
    switch (engine) {
      case "Google":
        return { transcription_engine: engine, interim_results: true, language: GOOGLE[primary] ?? primary, model, hints: words };
      case "Telnyx":
        return { transcription_engine: engine, language: primary, transcription_model: model };
      case "Deepgram": {
        const name = model ?? "deepgram/nova-3";
        const spoken = DEEPGRAM.find((known) => known.toLowerCase() === tag) ?? primary;
        const silence = Math.min(endSilenceMs, MAX_UTTERANCE_END_MS);
        return { transcription_engine: name, transcription_model: name, interim_results: true, language: spoken, keyterms: words, utterance_end_ms: silence };
      }
    }
  };
  const config = Object.fromEntries(Object.entries(inEngine()).filter(([, value]) => value !== undefined && value !== ""));
  return { transcription_engine: engine, transcription_engine_config: config, transcription_tracks: "inbound" };
}
