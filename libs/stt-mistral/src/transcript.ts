import { afterWords, beginsWith, overlap, wordsOf } from "./words.ts";

/** Reported words that are remembered, to tell when they come again: two hours of speech without a pause. */
const MAX_REPORTED = 20_000;
/** Pieces of one text: some minutes of speech without a pause. */
const MAX_PIECES = 1000;

interface Piece {
  readonly text: string;
  /** Where in the connection's audio it was said, as far as that is known. */
  readonly atMs: number;
}

/**
 * What was written and is not reported yet. Mistral may say the same words three times: piece by piece, as a segment, and when
 * a flush is done. Which of these come is up to Mistral; each word is taken once.
 */
export class Transcript {
  /** What was written on a lost connection, and is not heard again. */
  #before = "";
  #pieces: Piece[] = [];
  #reported: string[] = [];
  /** What of it no segment told. */
  #taken: string[] = [];

  /** The text of the item under way. */
  get text(): string {
    return joined(this.#before, this.#written);
  }

  /** Whether there is so much text that it has to be taken. */
  get full(): boolean {
    return this.#pieces.length >= MAX_PIECES;
  }

  /** A piece was written, which follows those before it. */
  write(text: string, atMs: number): void {
    this.#pieces.push({ text, atMs });
  }

  /**
   * A segment is for good. Takes what of it was not taken before; undefined where that is nothing. It replaces what was
   * written; what was written beyond it stays.
   */
  segment(text: string): string | undefined {
    const words = wordsOf(text);
    const late = beginsWith(this.#taken, words);
    const known = this.#isWritten(words) ? 0 : late ? words.length : overlap(this.#taken, words);
    this.#taken = late ? this.#taken.slice(known) : [];
    return this.#complete(text, words, known);
  }

  /** Like a segment; this text may also begin with words that were reported long ago. */
  done(text: string): string | undefined {
    const words = wordsOf(text);
    this.#taken = [];
    return this.#complete(text, words, this.#isWritten(words) ? 0 : overlap(this.#reported, words));
  }

  /** Takes everything that was written, and may still be told in better words; undefined where that is nothing. */
  take(): string | undefined {
    if (this.text === "") return undefined;
    this.#taken = [...this.#taken, ...wordsOf(this.#written)].slice(-MAX_REPORTED);
    return this.#report(this.#written, "");
  }

  /** Another connection takes over, and hears the audio again from here on. */
  restarted(fromMs: number): void {
    const kept = this.#pieces.filter(({ atMs }) => atMs < fromMs).map(({ text }) => text);
    this.#before = joined(this.#before, kept.join(""));
    this.#pieces = [];
    this.#reported = [];
    this.#taken = [];
  }

  get #written(): string {
    return this.#pieces.map(({ text }) => text).join("").trim();
  }

  #isWritten(words: readonly string[]): boolean {
    const written = wordsOf(this.#written);
    return written.length > 0 && (beginsWith(written, words) || beginsWith(words, written));
  }

  #complete(text: string, words: readonly string[], known: number): string | undefined {
    if (known === words.length) return undefined;
    const isBegin = beginsWith(wordsOf(this.#written), words.slice(known));
    return this.#report(afterWords(text, known), isBegin ? afterWords(this.#written, words.length - known) : "");
  }

  #report(text: string, beyond: string): string {
    const whole = joined(this.#before, text);
    const atMs = this.#pieces.at(-1)?.atMs ?? 0;
    this.#before = "";
    this.#pieces = beyond === "" ? [] : [{ text: beyond, atMs }];
    this.#reported = [...this.#reported, ...wordsOf(text)].slice(-MAX_REPORTED);
    return whole;
  }
}

function joined(...texts: readonly string[]): string {
  return texts.map((text) => text.trim()).filter((text) => text !== "").join(" ");
}
