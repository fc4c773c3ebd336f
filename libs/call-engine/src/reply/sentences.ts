/** Words before a full stop that does not end a sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|etc|approx|No|Nr|Inc|Ltd|Co|Jr|Sr|e\.g|i\.e|z\.B|bzw|ca|usw|a\.m|p\.m)\.$/;
const END = /[.!?…。！？]+["'”’)\]]*(?=\s)|[。！？]|\n+/g;
/** Shorter beginnings wait for more: a voice that says "Yes." and pauses sounds broken. */
const MIN_CHARACTERS = 12;

/**
 * Cuts a text that is still being written into sentences. Give it the whole text as often as there is more; it returns
 * the sentences that have become complete since the last time.
 */
export class SentenceSplitter {
  #taken = 0;

  /** Sentences that are complete now. The text has to begin with what was given before. */
  push(text: string): string[] {
    const sentences: string[] = [];
    END.lastIndex = this.#taken;
    let from = this.#taken;
    for (let match = END.exec(text); match; match = END.exec(text)) {
      const end = match.index + match[0].length;
      const sentence = text.slice(from, end).trim();
      if (sentence.length < MIN_CHARACTERS || ABBREVIATION.test(sentence)) continue;
      sentences.push(sentence);
      from = end;
    }
    this.#taken = from;
    return sentences;
  }

  /** What is left once the text is whole. */
  flush(text: string): string[] {
    const sentences = this.push(`${text}\n`);
    const rest = text.slice(this.#taken).trim();
    this.#taken = text.length;
    return rest === "" ? sentences : [...sentences, rest];
  }
}
