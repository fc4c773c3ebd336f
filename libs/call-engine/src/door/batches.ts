/** Work that waits for its turn. */
class Waiting<Input, Output> {
  constructor(
    readonly input: Input,
    readonly done: (output: Output) => void,
  ) {}
}

/**
 * Gathers what arrives in one turn of the event loop and has it done at the end of that turn, all at once: alone where
 * little arrives, with little waiting, and the more together the more there is.
 */
export class Batches<Input, Output> {
  readonly #waiting: Waiting<Input, Output>[] = [];
  readonly #run = () => {
    const batch = this.#waiting.splice(0);
    const outputs = this.work(batch.map(({ input }) => input));
    for (let index = 0; index < batch.length; index++) batch[index]?.done(outputs[index] as Output);
  };

  /** `work` gives one output for each input, in order, and never throws. */
  constructor(private readonly work: (inputs: readonly Input[]) => readonly Output[]) {}

  /** Never rejects. */
  add(input: Input): Promise<Output> {
    return new Promise((done) => {
      if (this.#waiting.push(new Waiting(input, done)) === 1) setImmediate(this.#run);
    });
  }
}
