/** What can be asked of a model in a transcription session. */
export interface ModelTraits {
  /**
   * Whether OpenAI itself hears where speech begins and ends. Such a model writes when a piece of speech is over; the
   * others write while somebody speaks, and refuse to be told how to detect turns.
   */
  readonly serverVad: boolean;
  /** Whether text can tell it what is talked about. */
  readonly prompt: boolean;
  /** Whether it takes lists: of languages, and of words to expect. */
  readonly lists: boolean;
}

/** By the begin of their names, since every model has dated variants; the longer name first. From OpenAI's types for sessions. */
const MODELS: readonly (readonly [string, ModelTraits])[] = [
  ["gpt-live-transcribe", { serverVad: false, prompt: true, lists: true }],
  ["gpt-realtime-whisper", { serverVad: false, prompt: false, lists: false }],
  ["gpt-transcribe", { serverVad: true, prompt: true, lists: true }],
  ["gpt-4o-transcribe-diarize", { serverVad: true, prompt: false, lists: false }],
];

/** `gpt-4o-transcribe`, `gpt-4o-mini-transcribe`, `whisper-1`, and what is not known. */
const OTHERS: ModelTraits = { serverVad: true, prompt: true, lists: false };

/** What can be asked of the model of this name. */
export function traitsOf(model: string): ModelTraits {
  return MODELS.find(([name]) => model.startsWith(name))?.[1] ?? OTHERS;
}
