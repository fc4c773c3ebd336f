import { speakTones } from "../tones/speak-tones.ts";

/** Texts that wait to be said; one more is lost, as where nobody listens. */
const MAX_WAITING = 100;

interface Utterance {
  readonly samples: Int16Array;
  readonly said: () => void;
}

/** The caller's voice: says one text after another, and is silent in between. */
export class Voice {
  readonly #waiting: Utterance[] = [];
  #at = 0;

  constructor(private readonly sampleRate: number) {}

  /** Whether it is saying something. */
  get speaking(): boolean {
    return this.#waiting.length > 0;
  }

  /** Says a text. Resolves when it was said, or never will be. */
  say(text: string): Promise<void> {
    return new Promise((said) => {
      if (this.#waiting.length >= MAX_WAITING) said();
      else this.#waiting.push({ samples: speakTones(text, this.sampleRate), said });
    });
  }

  /** Fills a frame with what comes next. */
  next(frame: Int16Array): void {
    let filled = 0;
    for (let current = this.#waiting[0]; current && filled < frame.length; current = this.#waiting[0]) {
      const piece = current.samples.subarray(this.#at, this.#at + frame.length - filled);
      frame.set(piece, filled);
      filled += piece.length;
      this.#at += piece.length;
      if (this.#at < current.samples.length) break;
      this.#at = 0;
      this.#waiting.shift();
      current.said();
    }
    frame.fill(0, filled);
  }

  /** Falls silent. */
  stop(): void {
    for (const { said } of this.#waiting.splice(0)) said();
  }
}
