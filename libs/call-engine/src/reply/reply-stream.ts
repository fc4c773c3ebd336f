import type { ResponsePart } from "../ports.ts";
import { SentenceSplitter } from "./sentences.ts";
import { endsCall, isSilence, spokenPart } from "./spoken-output.ts";

/** What a whole answer came to. */
export interface ReplyEnd {
  /** Whether it was an answer: something to speak, or silence that is meant. */
  readonly answered: boolean;
  /** Whether the call is to end after it. */
  readonly endCall: boolean;
}

/** Turns an answer that is being written into sentences to speak, each as soon as it is complete. */
export class ReplyStream {
  readonly #splitter = new SentenceSplitter();
  readonly #onSentence: (sentence: string) => void;
  #spoken = "";

  constructor(onSentence: (sentence: string) => void) {
    this.#onSentence = onSentence;
  }

  /** The text so far, from its beginning. */
  write(cumulative: string): void {
    const spoken = spokenPart(cumulative);
    // A text that begins anew (a second attempt of the model) does not take back what was said already.
    if (!spoken.startsWith(this.#spoken)) return;
    this.#spoken = spoken;
    this.#splitter.push(spoken).forEach(this.#onSentence);
  }

  /** The answer is whole. */
  finish(parts: readonly ResponsePart[]): ReplyEnd {
    const written = parts.filter((part) => part.kind === "speech").map((part) => part.text);
    const text = written.join("\n");
    const whole = spokenPart(text) || written.map(spokenPart).filter(Boolean).join(" ");
    // Of an answer that began anew, what was complete stands, and the beginning of something else does not.
    if (whole.startsWith(this.#spoken)) this.#splitter.flush(whole).forEach(this.#onSentence);
    return { answered: whole !== "" || this.#spoken !== "" || isSilence(text), endCall: endsCall(text) };
  }
}
