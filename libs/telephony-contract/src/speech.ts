import type { AudioFormat } from "./audio.ts";
import type { ProviderContext, ProviderDefinition } from "./definition.ts";

/** What a synthesizer can do, as data. Absent means no. */
export interface SpeechSynthesizerCapabilities {
  /** Formats that it can produce, the cheapest first. */
  readonly formats: readonly AudioFormat[];
  /** Audio comes while it is made. */
  readonly streaming?: boolean;
  /** Longest text of one request, in characters. */
  readonly maxChars?: number;
}

/** A text to speak. */
export interface SpeechRequest {
  readonly text: string;
  /** Format that the call would like best; the result says what it is. */
  readonly preferred: AudioFormat;
  readonly voice?: string;
  /** BCP 47. */
  readonly language?: string;
  readonly signal: AbortSignal;
}

/** Speech in the making. */
export interface Speech {
  readonly format: AudioFormat;
  /**
   * Chunks in order. One may be overwritten as soon as the next is asked for. Rejects with a {@link TelephonyError}; ends early
   * when the request's signal is aborted.
   */
  readonly audio: AsyncIterable<Uint8Array>;
  /** The provider and voice that really spoke, for the record. */
  readonly spokenBy: { readonly provider: string; readonly voice?: string };
}

/** Turns text into audio. */
export interface SpeechSynthesizer {
  /** Resolves when the first audio is there. No audio at all is an error, never a silent success. */
  synthesize(request: SpeechRequest): Promise<Speech>;
  close(): Promise<void>;
}

/** A synthesizer as a package registers it. */
export interface SpeechSynthesizerDefinition<Config = unknown>
  extends ProviderDefinition<"speech-synthesizer", Config, SpeechSynthesizer, ProviderContext> {
  readonly capabilities: SpeechSynthesizerCapabilities;
}
