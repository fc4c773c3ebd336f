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

/** How many words at the end of one text are also the first ones of another. */
export function overlap(earlier: readonly string[], later: readonly string[]): number {
  for (let count = Math.min(earlier.length, later.length); count > 0; count--) {
    if (beginsWith(later, earlier.slice(-count))) return count;
  }
  return 0;
}

function spans(text: string): Intl.SegmentData[] {
  return [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike);
}
