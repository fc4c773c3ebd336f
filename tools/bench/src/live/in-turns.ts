/** Lets several measurements run as if at once, of which only one is at work at any time: each next piece waits for its turn. */
export class InTurns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does a piece of work after all that were asked for before. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => {});
    return mine;
  }
}
