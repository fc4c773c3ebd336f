let segmenter: Intl.Segmenter | undefined;

/**
 * The words of a text, in lower case and without punctuation, also of languages that write none between them. The rules
 * for words are the same for all languages (Unicode UAX 29), so that the language need not be known.
 */
export function wordsOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "word" });
  const words: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(text)) if (isWordLike) words.push(segment.toLowerCase().replaceAll("’", "'"));
  return words;
}

/** Whether two texts say the same, whatever their punctuation. */
export function sameWords(a: string, b: string): boolean {
  return wordsOf(a).join(" ") === wordsOf(b).join(" ");
}

/** Digits at the end of a text, whatever marks a transcriber puts behind them. */
const LAST_DIGITS = /\p{Nd}[\s\p{P}]*$/u;

/**
 * Whether a text breaks off where a number may go on. Numbers in words are not known as such: each language has its own, and
 * transcribers write digits for what is said digit by digit.
 */
export function endsInNumber(text: string): boolean {
  return LAST_DIGITS.test(text);
}

/** Share of neighbours that have to be the same. In four words one may be misheard at either end, in six one anywhere. */
const ECHO_SHARE = 0.6;

/**
 * Whether words are a piece of a text, as the recognition of its echo would give it: mostly the same words next to each
 * other, the last one perhaps unfinished. `text` is words joined by blanks.
 */
export function isPieceOf(words: readonly string[], text: string): boolean {
  if (words.length === 0) return false;
  const spoken = ` ${text} `;
  if (words.length === 1) return spoken.includes(` ${words[0]} `);
  let same = 0;
  for (let i = 1; i < words.length; i++) {
    const end = i === words.length - 1 ? "" : " ";
    if (spoken.includes(` ${words[i - 1]} ${words[i]}${end}`)) same += 1;
  }
  return same >= ECHO_SHARE * (words.length - 1);
}
