/** A piece of time, in milliseconds since the stream began. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** A text that the far end heard. */
export interface HeardText extends Span {
  readonly text: string;
  /** Whether it was heard to its end; otherwise we cut it short by a clear, and the text is what was understood until then. */
  readonly complete: boolean;
}

/** What the far end of a stream heard from us, the latest of each. Times are in milliseconds since the stream began. */
export interface AudioReport {
  readonly texts: readonly HeardText[];
  /** Texts that were lost, torn or clipped, though nobody cut them short. */
  readonly damaged: readonly Span[];
  /** Silences in the middle of a text, because our audio came too late. */
  readonly underruns: readonly Span[];
  /** Keys that were heard as tones. */
  readonly keys: string;
  /** Milliseconds of our audio that wait to be played. */
  readonly bufferedMs: number;
  /** Most that ever waited. */
  readonly maxBufferedMs: number;
  /** Clears that came. */
  readonly clears: number;
}
