import type { Patience, WaitOptions } from "./patience.ts";

/** What an intake goes by. */
export interface IntakeOptions {
  readonly patience: Patience;
  /** How long the next chunk may take. */
  readonly nextWithin: () => WaitOptions;
  /** Takes a chunk. What it returns is waited for before the next is asked for; an error that it throws ends the intake. */
  readonly take: (chunk: Uint8Array) => Promise<void> | undefined;
}

/**
 * Takes all chunks of an iterator. Handlers that are made once, and not an asynchronous loop, since what a loop leaves behind
 * with each chunk is, with hundreds of calls, what collections of garbage spend their time on.
 */
export class Intake {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #options: IntakeOptions;
  readonly #done = Promise.withResolvers<void>();
  #over = false;

  constructor(chunks: AsyncIterator<Uint8Array>, options: IntakeOptions) {
    this.#chunks = chunks;
    this.#options = options;
  }

  /** Resolves when the last chunk was taken. Rejects with what the iterator, the patience or the taking fails with. Once. */
  all(): Promise<void> {
    this.#ask();
    return this.#done.promise;
  }

  readonly #ask = (): void => {
    if (this.#over) return;
    try {
      this.#options.patience.watch(this.#options.nextWithin(), this.#fail);
      if (!this.#over) this.#chunks.next().then(this.#took, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly #took = (next: IteratorResult<Uint8Array>): void => {
    if (this.#over) return;
    this.#options.patience.rest();
    if (next.done) return this.#done.resolve();
    try {
      const taken = this.#options.take(next.value);
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
