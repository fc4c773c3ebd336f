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
  readonly #stream: ReplyStream;
  readonly #onSentence: (sentence: string) => void;
  #spoken = "";
  /** How much of it the stream has cut into sentences, and how much is told: more, after a pause. */
  #cut = 0;
  #told = 0;
  #cancelPause = () => {};

  constructor(clock: Clock, onSentence: (sentence: string) => void) {
    this.#clock = clock;
    this.#onSentence = onSentence;
    this.#stream = new ReplyStream((sentence) => this.#take(sentence));
  }

  /** The text so far, from its beginning. */
  write(cumulative: string): void {
    const spoken = spokenPart(cumulative);
    if (spoken.startsWith(this.#spoken)) this.#spoken = spoken;
    this.#stream.write(cumulative);
    this.#cancelPause();
    this.#cancelPause = this.#clock.schedule(PAUSE_MS, () => this.#pause());
  }

  /** The answer is whole. */
  finish(parts: readonly ResponsePart[]): ReplyEnd {
    this.close();
    return this.#stream.finish(parts);
  }

  /** Nothing more is wanted of it. */
  close(): void {
    this.#cancelPause();
  }

  /** The stream cuts again what was told at a pause, alone or as the begin of a longer sentence. */
  #take(sentence: string): void {
    const early = this.#spoken.slice(this.#cut, this.#told).trim();
    const at = this.#spoken.indexOf(sentence, this.#cut);
    if (at >= 0) this.#cut = at + sentence.length;
    this.#told = Math.max(this.#told, this.#cut);
    const rest = sentence.startsWith(early) ? sentence.slice(early.length).trim() : sentence;
    if (rest !== "") this.#onSentence(rest);
  }

  #pause(): void {
    const rest = this.#spoken.slice(this.#told).trim();
    if (!endsSentence(rest)) return;
    this.#told = this.#spoken.length;
    this.#onSentence(rest);
  }
}

/** Whether the last word ends a sentence, however short that is: an abbreviation does not. */
function endsSentence(text: string): boolean {
  const lastWord = text.slice(text.search(/\S+$/));
  return ENDED.test(text) && new SentenceSplitter().push(`a sentence of any length ${lastWord}\n`).length > 0;
}
