import type { Clock } from "@openclaw/telephony-contract";

interface Request {
  readonly settle: () => void;
  asked: boolean;
}

/** Questions to a service that are asked one after the other, each with a deadline after which it counts as answered. */
export class Requests {
  #queue: Request[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly deadlineMs: number,
  ) {}

  /** Whether one is to be asked, and none is under way. */
  get waiting(): boolean {
    return this.#queue[0]?.asked === false;
  }

  /** Whether one is under way. */
  get asked(): boolean {
    return this.#queue[0]?.asked === true;
  }

  /** One more question; whoever asks while one waits to be asked shares it. Resolves when it is settled. */
  add(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.schedule(this.deadlineMs, () => settle());
      const settle = () => {
        cancel();
        this.#queue = this.#queue.filter((one) => one !== request);
        resolve();
      };
      const request: Request = { settle, asked: false };
      this.#queue.push(request);
    });
  }

  /** Marks the questions that wait as asked. Whether there is something to ask. */
  takeNext(): boolean {
    const { waiting } = this;
    if (waiting) for (const request of this.#queue) request.asked = true;
    return waiting;
  }

  /** The answer to what was asked came. */
  settle(): void {
    for (const request of this.#queue.filter(({ asked }) => asked)) request.settle();
  }

  /** What was asked has to be asked again. */
  askAgain(): void {
    for (const request of this.#queue) request.asked = false;
  }

  settleAll(): void {
    for (const request of [...this.#queue]) request.settle();
  }
}
