import type { Patience, WaitOptions } from "./patience.ts";

/** Who takes what an intake gets. An error that is thrown here ends the intake. */
export interface Taker {
  /** How long the next chunk may take. */
  nextWithin(): WaitOptions;
  /** Takes a chunk. What it returns is waited for before the next is asked for. */
  take(chunk: Uint8Array): Promise<void> | undefined;
  /** There are no more chunks. What it returns is waited for, too. */
  finish(): Promise<void> | undefined;
}

/**
 * Takes all chunks of an iterator. Handlers that are made once, and not an asynchronous loop, since what a loop leaves behind
 * with each chunk is, with hundreds of calls, what collections of garbage spend their time on.
 */
export class Intake {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #patience: Patience;
  readonly #taker: Taker;
  readonly #done = Promise.withResolvers<void>();
  #over = false;

  constructor(chunks: AsyncIterator<Uint8Array>, patience: Patience, taker: Taker) {
    this.#chunks = chunks;
    this.#patience = patience;
    this.#taker = taker;
  }

  /** Resolves when the last chunk was taken and the taker has finished. Rejects with what the iterator, the patience or the taking fails with. Once. */
  all(): Promise<void> {
    this.#ask();
    return this.#done.promise;
  }

  readonly #ask = (): void => {
    if (this.#over) return;
    try {
      this.#patience.watch(this.#taker.nextWithin(), this.#fail);
      if (!this.#over) this.#chunks.next().then(this.#took, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly #took = (next: IteratorResult<Uint8Array>): void => {
    if (this.#over) return;
    this.#patience.rest();
    try {
      if (next.done) return this.#done.resolve(this.#taker.finish());
      const taken = this.#taker.take(next.value);
      if (taken) taken.then(this.#ask, this.#fail);
      else this.#ask();
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly #fail = (error: unknown): void => {
    this.#over = true;
    this.#done.reject(error);
  };
}
