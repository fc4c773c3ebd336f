/** Milliseconds of our silence after which a person takes it that we have finished. */
const FINISHED_MS = 500;
/** Milliseconds that a person waits to be greeted. */
const GREETING_MS = 3_000;

/** Whose turn it is to talk, by what is to be heard. */
export class Turns {
  /** Milliseconds of silence on our side that have still to pass; nothing where we have to talk first. */
  #patience: number | undefined = GREETING_MS;
  #theirs = false;

  /** Whether it is the far end's turn. */
  get theirs(): boolean {
    return this.#theirs;
  }

  /** So many milliseconds went by. Whether the far end's turn has begun with them. */
  pass(ms: number, weTalk: boolean, theyTalk: boolean): boolean {
    if (weTalk) {
      this.#patience = FINISHED_MS;
      this.#theirs = false;
    } else if (theyTalk) {
      // Whoever has talked waits for an answer.
      this.#patience = undefined;
      this.#theirs = false;
    } else if (this.#patience !== undefined) {
      this.#patience -= ms;
      if (this.#patience > 0) return false;
      this.#patience = undefined;
      this.#theirs = true;
      return true;
    }
    return false;
  }
}
