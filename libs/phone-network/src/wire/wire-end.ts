/** What a socket's owner is told. */
export interface WireListeners {
  readonly message: (message: string | Uint8Array) => void;
  readonly close: (code: number, reason: string) => void;
}

/** Messages that wait for the first listener; of more, the latest are lost. */
const MAX_EARLY = 1_000;

/** Keeps what a socket says until somebody listens, and tells its end once. */
export class WireEnd {
  readonly #early: (string | Uint8Array)[] = [];
  #message: WireListeners["message"] | undefined;
  #close: WireListeners["close"] | undefined;
  #closed: readonly [code: number, reason: string] | undefined;

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** A message came. */
  take(message: string | Uint8Array): void {
    if (this.#message) this.#message(message);
    else if (this.#early.length < MAX_EARLY) this.#early.push(message);
  }

  /** The socket is over. Later ends are none. */
  end(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = [code, reason];
    this.#close?.(code, reason);
  }

  onMessage(listener: WireListeners["message"]): void {
    this.#message = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  onClose(listener: WireListeners["close"]): void {
    this.#close = listener;
    if (this.#closed) listener(...this.#closed);
  }
}
