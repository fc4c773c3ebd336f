/**
 * Milliseconds that a character of speech takes: carriers' voices speak some 150 words of six characters a minute. Taken
 * a little short, because being early costs a cut word and being late a pause.
 */
const MS_PER_CHARACTER = 55;

/** How long a text takes to be spoken, about, in milliseconds. */
export function speechDurationMs(text: string): number {
  return text.length * MS_PER_CHARACTER;
}
