/**
 * A controller that a signal aborts as well, until it is disposed of. `AbortSignal.any` would do; but what that keeps for each
 * signal is three kilobytes of every call that is speaking.
 */
export class LinkedAbort extends AbortController implements Disposable {
  readonly #followed: AbortSignal;
  readonly #onAbort = (): void => this.abort(this.#followed.reason);

  constructor(followed: AbortSignal) {
    super();
    this.#followed = followed;
    if (followed.aborted) this.#onAbort();
    else followed.addEventListener("abort", this.#onAbort, { once: true });
  }

  [Symbol.dispose](): void {
    this.#followed.removeEventListener("abort", this.#onAbort);
  }
}
