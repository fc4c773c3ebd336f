import type { AudioFormat, Clock, Logger, SpeechSynthesizer, SpeechSynthesizerCapabilities, TelephonyError } from "@openclaw/telephony-contract";
import type { Utterance } from "../playback/index.ts";
import type { SpeechCache } from "./speech-cache.ts";

/** A synthesizer that a call may speak with. */
export interface VoiceSource {
  /** Id of its definition. */
  readonly id: string;
  readonly synthesizer: SpeechSynthesizer;
  readonly capabilities: SpeechSynthesizerCapabilities;
}

/** Where speech is written: what the voice needs of an utterance. */
export type SpeechSink = Pick<Utterance, "write" | "writable" | "end" | "fail" | "signal">;

/** Who really spoke. */
export interface SpokenBy {
  /** Id of the source. */
  readonly source: string;
  /** What the synthesizer says of itself: behind one source several providers may stand. */
  readonly provider: string;
  readonly voice?: string;
}

/** How long a source may be silent, in milliseconds. */
export interface VoiceLimits {
  /** Until the first audio of a text. Default 10,000: callers hang up soon after. */
  readonly firstAudioMs: number;
  /** From one piece of audio to the next. Default 5000. */
  readonly stallMs: number;
}

/** What a call's voice is made of. */
export interface VoiceOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The sources in order of preference. Asked when the first text comes, and again after it failed. */
  readonly sources: () => Promise<readonly VoiceSource[]>;
  /** What utterances take. Audio in other formats is converted. */
  readonly preferred: AudioFormat;
  /** Shared by calls. */
  readonly cache: SpeechCache;
  readonly voice?: string;
  /** BCP 47. */
  readonly language?: string;
  readonly limits?: Partial<VoiceLimits>;
  /** An utterance could not be spoken by any source, or broke off. It ends as `failed`. */
  readonly onFailed?: (utteranceId: string, error: TelephonyError) => void;
  /** Who speaks: told at the first audio, and whenever another one speaks than before. */
  readonly onSpokenBy?: (spokenBy: SpokenBy) => void;
}
