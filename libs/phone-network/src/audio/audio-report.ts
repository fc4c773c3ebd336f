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
  /** Pieces of texts that are lost, torn or clipped, though nobody cut them short. */
  readonly damaged: readonly Span[];
  /** The rests of texts that went on after a clear had cut them short. */
  readonly resumed: readonly Span[];
  /** Silences between two sounds of ours, within texts and between them. */
  readonly gaps: readonly Span[];
  /** Silences within texts because our audio came too late. They are among the gaps. */
  readonly underruns: readonly Span[];
  /** Keys that were heard as tones. */
  readonly keys: string;
  /** Clears that came. */
  readonly clears: number;
  /** Milliseconds of our audio that wait to be played, and the most that ever did. */
  readonly bufferedMs: number;
  readonly maxBufferedMs: number;
}
