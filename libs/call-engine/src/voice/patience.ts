import { TelephonyError, type Clock } from "@openclaw/telephony-contract";

/** How long something may take. */
export interface WaitOptions {
  /** Milliseconds. */
  readonly ms: number;
  /** Names what is waited for in the error, for example `"the first audio"`. */
  readonly what: string;
}

/**
 * Waits for work that may never end, one piece of it after another. There is one timer for all of them, since audio comes in
 * many pieces. To be disposed of.
 */
export class Patience implements Disposable {
  readonly #clock: Clock;
  #what = "";
  #ms = 0;
  /** When what is waited for has to be there, on the monotonic clock. */
  #dueAt = Infinity;
  /** Ends the wait without what was waited for. */
  #lost: ((error: TelephonyError) => void) | undefined;
  #over = false;
  /** When the timer will look, at the latest when something is due. */
  #looksAt = Infinity;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for one piece of work. What it comes to afterwards is ignored, also when it fails.
   *
   * Rejects with a `timeout` error, with an `aborted` one, or with whatever the work rejects with.
   */
  wait<Result>(work: Promise<Result>, options: WaitOptions): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      work.then(resolve, reject);
      this.watch(options, reject);
    });
  }

  /** Tells of the error with which a wait ends, unless {@link Patience.rest} comes before: for those who wait by themselves. */
  watch({ ms, what }: WaitOptions, lost: (error: TelephonyError) => void): void {
    this.#what = what;
    this.#ms = ms;
    this.#lost = lost;
    if (this.#over) return this.giveUp();
    this.#dueAt = this.#clock.monotonic() + ms;
    this.#look();
  }

  /** What was waited for is there. The timer is left alone: most likely there is more to come. */
  rest(): void {
    this.#dueAt = Infinity;
  }

  /** Ends the wait, and every one to come, with an `aborted` error. */
  giveUp(): void {
    this.#over = true;
    this.#lost?.(new TelephonyError("aborted", `nobody waits for ${this.#what} any more`));
  }

  [Symbol.dispose](): void {
    this.#cancelTimer?.();
  }

  /** A timer that is set already is left alone where it is early enough: it looks again. */
  #look(): void {
    if (this.#dueAt >= this.#looksAt) return;
    this.#cancelTimer?.();
    this.#looksAt = this.#dueAt;
    this.#cancelTimer = this.#clock.schedule(this.#dueAt - this.#clock.monotonic(), this.#onTime);
  }

  readonly #onTime = (): void => {
    this.#looksAt = Infinity;
    if (this.#clock.monotonic() < this.#dueAt) return this.#look();
    this.#lost?.(new TelephonyError("timeout", `${this.#what} did not come within ${this.#ms} ms`, { retryable: true }));
  };
}
