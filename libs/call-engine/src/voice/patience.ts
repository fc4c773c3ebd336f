import { TelephonyError, type Clock } from "@openclaw/telephony-contract";

/** How long something may take. */
export interface WaitOptions {
  /** Milliseconds. */
  readonly ms: number;
  /** Names what is waited for in the error, for example `"the first audio"`. */
  readonly what: string;
}

/**
 * Waits for work that may never end, one piece of it after another. There is one timer and one listener for all of them,
 * since audio comes in many pieces. To be disposed of.
 */
export class Patience implements Disposable {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #what = "";
  #ms = 0;
  /** When what is waited for, or was last, has to be there, on the monotonic clock. */
  #dueAt = Infinity;
  /** Ends the wait without what was waited for. Does nothing where that came. */
  #reject: (error: TelephonyError) => void = () => {};
  #over = false;
  /** When the timer will look, at the latest when something is due. */
  #looksAt = Infinity;
  #cancelTimer = () => {};

  /** @param signal ends every wait */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#over = signal.aborted;
    signal.addEventListener("abort", this.#aborted, { once: true });
  }

  /**
   * Waits for one piece of work. What it comes to afterwards is ignored, also when it fails.
   *
   * Rejects with a `timeout` error, with an `aborted` one, or with whatever the work rejects with.
   */
  wait<Result>(work: Promise<Result>, { ms, what }: WaitOptions): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      work.then(resolve, reject);
      this.#what = what;
      this.#ms = ms;
      this.#reject = reject;
      if (this.#over) return this.#aborted();
      this.#dueAt = this.#clock.monotonic() + ms;
      this.#look();
    });
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener("abort", this.#aborted);
    this.#cancelTimer();
  }

  /** A timer that is set already is left alone where it is early enough: it looks again. */
  #look(): void {
    if (this.#dueAt >= this.#looksAt) return;
    this.#cancelTimer();
    this.#looksAt = this.#dueAt;
    this.#cancelTimer = this.#clock.schedule(this.#dueAt - this.#clock.monotonic(), this.#onTime);
  }

  readonly #onTime = (): void => {
    this.#looksAt = Infinity;
    if (this.#clock.monotonic() < this.#dueAt) return this.#look();
    // Where it came meanwhile, this changes nothing.
    this.#reject(new TelephonyError("timeout", `${this.#what} did not come within ${this.#ms} ms`, { retryable: true }));
  };

  readonly #aborted = (): void => {
    this.#over = true;
    this.#reject(new TelephonyError("aborted", `nobody waits for ${this.#what} any more`));
  };
}
