import type { Clock } from "@openclaw/telephony-contract";
import type { EarOutput } from "./events.ts";
import type { SpeechDetector } from "./speech-detector.ts";
import { isPieceOf, wordsOf } from "./words.ts";

/** How long after our voice its echo may still be recognised: its way back, and the time that a transcriber takes. */
const RECOGNITION_MS = 3000;
/** Milliseconds of sound, while nothing of ours could come back, that prove a speaker. */
const ALONE_MS = 100;
/** Milliseconds of sound, louder than an echo, that prove a speaker of a few words. */
const LOUDER_MS = 200;
/** So many of our own words in a row are an echo, however loud: people repeat less than that over our voice. */
const MANY_WORDS = 4;

/**
 * Tells whether a recognised text is our own voice that came back. Its words have to be ours; and because people do
 * repeat what they hear ("five o'clock, yes"), it counts against it that somebody was heard.
 */
export class SpokenEcho {
  readonly #clock: Clock;
  readonly #output: EarOutput;
  readonly #voice: SpeechDetector;
  #rememberedAt = -Infinity;
  #remembered = "";
  /** What had been heard when the last item was settled. */
  #settledMs = 0;
  #settledAloneMs = 0;
  #quietSince = -Infinity;
  #raw = "";
  #normal = "";

  constructor(clock: Clock, output: EarOutput, voice: SpeechDetector) {
    this.#clock = clock;
    this.#output = output;
    this.#voice = voice;
  }

  /** Keeps what was said, for the echo that is recognised only now. */
  playbackEnded(): void {
    this.#remembered = this.#output.spokenText();
    this.#rememberedAt = this.#clock.monotonic();
  }

  /** What was heard so far belongs to items that are settled. */
  settled(): void {
    this.#settledMs = this.#voice.heardMs;
    this.#settledAloneMs = this.#voice.heardAloneMs;
  }

  /** A sound of long ago proves nothing about this one. */
  voiceBegan(): void {
    if (this.#voice.onsetAt - this.#quietSince > RECOGNITION_MS) this.settled();
  }

  voiceEnded(): void {
    this.#quietSince = this.#voice.lastHeardAt;
  }

  /** Whether these words are ours. */
  has(words: readonly string[]): boolean {
    return this.#isOurs(words) && !this.#somebodySaid(words);
  }

  #isOurs(words: readonly string[]): boolean {
    if (isPieceOf(words, this.#normalised(this.#output.spokenText()))) return true;
    const recent = this.#clock.monotonic() - this.#rememberedAt <= RECOGNITION_MS;
    return recent && isPieceOf(words, wordsOf(this.#remembered).join(" "));
  }

  /** A long text is asked for with every word that is recognised, so its words are kept. */
  #normalised(text: string): string {
    if (text !== this.#raw) [this.#raw, this.#normal] = [text, wordsOf(text).join(" ")];
    return this.#normal;
  }

  #somebodySaid(words: readonly string[]): boolean {
    if (this.#clock.monotonic() - this.#voice.lastHeardAt > RECOGNITION_MS) return false;
    if (this.#voice.heardAloneMs - this.#settledAloneMs >= ALONE_MS) return true;
    return words.length < MANY_WORDS && this.#voice.heardMs - this.#settledMs >= LOUDER_MS;
  }
}
