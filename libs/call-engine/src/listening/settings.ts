/**
 * When a caller may talk us down. Defaults are those of {@link DEFAULT_BARGE_IN}; durations are milliseconds, levels
 * decibels.
 */
export interface BargeInSettings {
  /** `false`: what we say is never interrupted. What the caller says meanwhile is still a turn. */
  readonly enabled: boolean;
  /** Speech, mostly without pauses, that takes the floor. A cough or an "mhm" is shorter. */
  readonly minSpeechMs: number;
  /** So many recognised words take the floor at once; fewer, while we speak on, are no turn either. */
  readonly minWords: number;
  /** Time at the begin of playback in which nothing interrupts. */
  readonly graceMs: number;
  /** How far speech has to stand out from the noise of the line. At least 3. */
  readonly marginDb: number;
  /** What comes back quieter than our own voice minus this is taken for its echo. */
  readonly echoReturnLossDb: number;
  /** An interruption of which nothing is recognised so long after its end was none, and the sentence goes on. */
  readonly resumeAfterMs: number;
}

/**
 * The values that suit a telephone. Half a second is longer than a cough or an "mhm", and shorter than what people take to
 * say that they want to be heard; networks cancel echo to some 20 dB and more, of which 14 leave a reserve.
 */
export const DEFAULT_BARGE_IN: BargeInSettings = Object.freeze({
  enabled: true,
  minSpeechMs: 500,
  minWords: 2,
  graceMs: 250,
  marginDb: 9,
  echoReturnLossDb: 14,
  resumeAfterMs: 1500,
});

/** How an ear listens. */
export interface EarSettings {
  /** Milliseconds of silence that end a turn, where the transcriber leaves that to us. */
  readonly silenceTimeoutMs: number;
  readonly bargeIn: BargeInSettings;
}
