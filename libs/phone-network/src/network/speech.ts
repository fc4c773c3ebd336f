/** Characters that count as one word where a text has no spaces. */
const CHARS_PER_WORD = 6;

/** Words of a text, as far as time is concerned; at least one. */
export function countWords(text: string): number {
  return Math.max(1, text.split(/\s+/).filter(Boolean).length, Math.ceil(text.length / (2 * CHARS_PER_WORD)));
}

/** What of a text was spoken after `elapsedMs`, when all of it takes `totalMs`: whole words only. */
export function spokenPart(text: string, elapsedMs: number, totalMs: number): string {
  if (totalMs <= 0) return "";
  const words = text.split(/\s+/).filter(Boolean);
  return words.slice(0, Math.floor((words.length * elapsedMs) / totalMs)).join(" ");
}
