/** Work that waits for its turn. */
interface Waiting<Input, Output> {
  readonly input: Input;
  readonly done: (output: Output) => void;
}

/**
 * Gathers what arrives in one turn of the event loop and has it done at the end of that turn, all at once: alone where
 * little arrives, with little waiting, and the more together the more there is.
 */
export class Batches<Input, Output> {
  #waiting: Waiting<Input, Output>[] = [];

  /** `work` gives one output for each input, in order, and never throws. */
  constructor(private readonly work: (inputs: readonly Input[]) => readonly Output[]) {}

  /** Never rejects. */
  add(input: Input): Promise<Output> {
    return new Promise((done) => {
      if (this.#waiting.push({ input, done }) === 1) setImmediate(() => this.#run());
    });
  }

  #run(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    const outputs = this.work(batch.map(({ input }) => input));
    for (const [index, { done }] of batch.entries()) done(outputs[index] as Output);
  }
}
