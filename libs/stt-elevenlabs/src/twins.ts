/** Utterances that may still be told again. */
const MAX_UTTERANCES = 4;

/**
 * ElevenLabs tells an utterance once with and once without times, in either order, and also where times were not asked
 * for. Two messages of one kind are two utterances, even with the same words; two of different kinds with the same words
 * are one.
 */
export class Twins {
  #told: { readonly text: string; readonly kinds: Set<string> }[] = [];

  /** Whether this text was told in a message of another kind. */
  has(kind: string, text: string): boolean {
    const twin = this.#told.find((one) => one.text === text && !one.kinds.has(kind));
    if (twin) twin.kinds.add(kind);
    else this.#told = [...this.#told, { text, kinds: new Set([kind]) }].slice(-MAX_UTTERANCES);
    return twin !== undefined;
  }

  /** Nothing that was told is told again. */
  clear(): void {
    this.#told = [];
  }
}
