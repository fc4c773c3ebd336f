/** What is heard in a stream of samples. Times are milliseconds since its first sample. */
export type ToneEvent =
  /** A text has begun. Followed by its end: `text` or `damaged`. */
  | { readonly type: "started"; readonly atMs: number }
  /** What is understood so far: whole words, more with every event of the same text. */
  | { readonly type: "progress"; readonly text: string }
  /** A text was heard from its beginning to its end, without a fault. */
  | { readonly type: "text"; readonly text: string; readonly startMs: number; readonly endMs: number }
  /** Something that was a text is not whole: audio was lost, doubled, cut off or interrupted by silence. */
  | { readonly type: "damaged"; readonly startMs: number; readonly endMs: number };

/** Hears the texts of `speakTones` in a stream of samples, however it is cut. */
export class ToneListener {
  /** `sampleRate` in Hz: 8000 or more. */
  constructor(sampleRate: number, onEvent: (event: ToneEvent) => void) {
    void sampleRate;
    void onEvent;
    throw new Error("not built yet");
  }

  /** The next samples, 16 bit. */
  write(samples: Int16Array): void {
    void samples;
  }

  /** The stream is over: tells what became of a text under way. */
  flush(): void {}
}
