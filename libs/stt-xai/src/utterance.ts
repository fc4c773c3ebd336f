import { afterWords, beginsWith, shareFound, wordsOf } from "./words.ts";

/** A text, and where in the connection's audio it was said. In milliseconds, as far as that is known. */
export interface Stretch {
  readonly text: string;
  readonly startMs?: number;
  readonly endMs?: number;
}

/** So much of what is locked, in a text of the same audio, shows that the text holds all of it, in other words. */
const REVISED = 0.5;
/** So many words are hardly said twice, one time right after the other. */
const DISTINCT_WORDS = 3;
/** Words of a connection by which a text is known to begin with all that was said on it. */
const FIRST_WORDS = 50;

/**
 * The utterance under way, put together from stretches. xAI locks one every three seconds or so; whether later texts of the
 * utterance hold what is locked, or only what follows, is not certain: each text is looked at.
 */
export class Utterance {
  /** What was locked on a lost connection, and is not heard again. */
  #before = "";
  #locked: readonly Stretch[] = [];
  #text = "";
  #startMs: number | undefined;
  #endMs: number | undefined;
  /** The first words that were reported on this connection, and how many there were in all. */
  #first: string[] = [];
  #reported = 0;

  /** Its text so far. */
  get text(): string {
    return this.#text;
  }

  /** Where it begins. */
  get startMs(): number | undefined {
    return this.#startMs;
  }

  /** Where what does not change any more ends. */
  get endMs(): number | undefined {
    return this.#endMs;
  }

  /** Takes a text. `locked`: it does not change any more. */
  hear(stretch: Stretch, locked: boolean): void {
    const known = repeats(this.#locked, stretch) ? [] : this.#locked;
    const all = stretch.text === "" ? known : [...known, stretch];
    if (stretch.text !== "") this.#startMs ??= stretch.startMs;
    if (locked) this.#locked = all;
    if (locked && stretch.endMs) this.#endMs = Math.max(this.#endMs ?? 0, stretch.endMs);
    this.#text = [this.#before, ...all.map(({ text }) => text)].filter((text) => text !== "").join(" ");
  }

  /** Takes the text that comes at the end: what was not reported yet, or all of the connection. */
  hearRest(text: string): void {
    const words = wordsOf(text);
    const isAll = words.length >= this.#reported && beginsWith(words, this.#first);
    const rest = isAll ? afterWords(text, this.#reported) : text;
    if (rest !== "") this.hear({ text: rest }, true);
  }

  /** The utterance is over. */
  end(): void {
    const words = wordsOf(this.#text.slice(this.#before.length));
    this.#first = [...this.#first, ...words].slice(0, FIRST_WORDS);
    this.#reported += words.length;
    this.#before = this.#text = "";
    this.#locked = [];
    this.#startMs = this.#endMs = undefined;
  }

  /** Another connection takes over, and hears the audio again from here on. */
  restarted(fromMs: number): void {
    const kept = this.#locked.filter(({ endMs = Infinity }) => endMs <= fromMs).map(({ text }) => text);
    this.#before = this.#text = [this.#before, ...kept].filter((text) => text !== "").join(" ");
    this.#locked = [];
    this.#startMs = this.#endMs = undefined;
    this.#first = [];
    this.#reported = 0;
  }
}

/** Whether a text holds what is locked, or follows it. */
function repeats(locked: readonly Stretch[], { text, startMs }: Stretch): boolean {
  if (locked.length === 0) return false;
  const words = locked.flatMap((one) => wordsOf(one.text));
  const [{ startMs: fromMs } = {}] = locked;
  const { endMs: toMs } = locked.at(-1) ?? {};
  const share = shareFound(words, wordsOf(text));
  if (startMs === undefined || fromMs === undefined || toMs === undefined) return share === 1;
  if (startMs < (fromMs + toMs) / 2) return share >= REVISED;
  return share === 1 && words.length >= DISTINCT_WORDS;
}
