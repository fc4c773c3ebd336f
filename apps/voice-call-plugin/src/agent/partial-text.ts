/**
 * Joins what the host streams into one text that only grows. Within one message the host repeats the text from its
 * beginning; after a tool was used it begins anew, and what was said before must not be lost.
 */
export class PartialText {
  #finished = "";
  #current = "";

  /** Takes the newest partial text; gives everything so far, or nothing if nothing is new. */
  take(text: string): string | undefined {
    if (text === this.#current) return undefined;
    if (!text.startsWith(this.#current)) this.#finished = `${this.#finished}${this.#current}\n`;
    this.#current = text;
    return this.#finished + this.#current;
  }
}
