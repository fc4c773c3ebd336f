import type { Clock } from "@openclaw/telephony-contract";
import type { ResponsePart } from "../ports.ts";
import { ReplyStream, type ReplyEnd } from "../reply/reply-stream.ts";
import { SentenceSplitter } from "../reply/sentences.ts";
import { spokenPart } from "../reply/spoken-output.ts";

/**
 * An answer that has not grown for so long ends where it is, if that is the end of a sentence. Models write a word every
 * 20 to 100 ms; what an agent does after its last one, such as tidying up its memory, takes seconds.
 */
const PAUSE_MS = 300;
/** The end of a sentence. A point behind a digit is none: the number may go on. */
const ENDED = /(?:[!?…。！？]|[^\d\s]\.)["'”’)\]]*$/;

/** An agent's answer as it becomes sentences to speak, the last of which waits for a short pause and nothing else. */
export class SpokenReply {
  readonly #clock: Clock;
  readonly #onSentence: (sentence: string) => void;
  #stream = this.#newStream();
  #written = "";
  #spoken = "";
  /** How much of it the stream has cut into sentences, and how much is told: more, after a pause. */
  #cut = 0;
  #told = 0;
  #silent = true;
  #cancelPause = () => {};

  constructor(clock: Clock, onSentence: (sentence: string) => void) {
    this.#clock = clock;
    this.#onSentence = onSentence;
  }

  /** The text so far, from its beginning. */
  write(cumulative: string): void {
    const goesOn = cumulative.startsWith(this.#written);
    // A second attempt of the model does not take back what was said of the first.
    if (!goesOn && !this.#silent) return;
    this.#written = cumulative;
    const spoken = spokenPart(cumulative);
    if (goesOn && spoken.startsWith(this.#spoken)) this.#spoken = spoken;
    else this.#readAnew(spoken);
    this.#stream.write(cumulative);
    this.#cancelPause();
    this.#cancelPause = this.#clock.schedule(PAUSE_MS, () => this.#pause());
  }

  /** The answer is whole. */
  finish(parts: readonly ResponsePart[]): ReplyEnd {
    this.close();
    const whole = spokenPart(parts.flatMap(({ text, kind }) => (kind === "speech" ? text : [])).join("\n"));
    if (whole.startsWith(this.#spoken)) this.#spoken = whole;
    const end = this.#stream.finish(parts);
    // It is not what was being written, of which nothing was spoken yet: better this than silence.
    if (this.#silent) new ReplyStream((sentence) => this.#tell(sentence)).finish(parts);
    return end;
  }

  /** Nothing more is wanted of it. */
  close(): void {
    this.#cancelPause();
  }

  #newStream(): ReplyStream {
    return new ReplyStream((sentence) => this.#take(sentence));
  }

  /** Something else is to be spoken than it seemed: an announcement was left out, markup understood, or it is another attempt. */
  #readAnew(spoken: string): void {
    const told = this.#spoken.slice(0, this.#told);
    this.#stream = this.#newStream();
    this.#spoken = spoken;
    this.#cut = 0;
    if (!spoken.startsWith(told)) this.#told = 0;
  }

  /** The stream cuts again what was told before, at a pause or by the stream before it. */
  #take(sentence: string): void {
    const at = this.#spoken.indexOf(sentence, this.#cut);
    // What the last part of an answer adds was not in the text before.
    if (at < 0) return this.#tell(sentence);
    this.#cut = at + sentence.length;
    const rest = this.#spoken.slice(Math.max(at, this.#told), this.#cut).trim();
    this.#told = Math.max(this.#told, this.#cut);
    if (rest !== "") this.#tell(rest);
  }

  #pause(): void {
    const rest = this.#spoken.slice(this.#told).trim();
    if (!endsSentence(rest)) return;
    this.#told = this.#spoken.length;
    this.#tell(rest);
  }

  #tell(sentence: string): void {
    this.#silent = false;
    this.#onSentence(sentence);
  }
}

/** Whether the last word ends a sentence, however short that is: an abbreviation does not. */
function endsSentence(text: string): boolean {
  const lastWord = text.slice(text.search(/\S+$/));
  return ENDED.test(text) && new SentenceSplitter().push(`a sentence of any length ${lastWord}\n`).length > 0;
}
