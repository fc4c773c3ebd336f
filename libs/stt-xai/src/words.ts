const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** Words of a text, in small letters and without punctuation, so that they can be compared. */
export function wordsOf(text: string): string[] {
  return spans(text).map(({ segment }) => segment.toLowerCase());
}

/** A text without so many of its first words, and what punctuation stood behind them. */
export function afterWords(text: string, count: number): string {
  if (count <= 0) return text;
  const rest = spans(text)[count];
  return rest ? text.slice(rest.index) : "";
}

/** Whether these are the first words of a text. */
export function beginsWith(words: readonly string[], first: readonly string[]): boolean {
  return first.length <= words.length && first.every((word, at) => word === words[at]);
}

/** Words that may stand between two that are found. */
const MAX_BETWEEN = 2;

/** How much of some words is found again, in their order, at the begin of a text: from 0 to 1. */
export function shareFound(sought: readonly string[], words: readonly string[]): number {
  let next = 0;
  const found = sought.filter((word) => {
    const at = words.indexOf(word, next);
    if (at < 0 || at > next + MAX_BETWEEN) return false;
    next = at + 1;
    return true;
  });
  return sought.length === 0 ? 0 : found.length / sought.length;
}

function spans(text: string): Intl.SegmentData[] {
  return [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike);
}
