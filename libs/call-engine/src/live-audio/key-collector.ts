import type { Clock } from "@openclaw/telephony-contract";

/** Silence after a key that ends what is pressed, in milliseconds: people take about a second from one key to the next. */
const INTER_KEY_MS = 2000;
/** Keys of one answer. */
const MAX_KEYS = 64;

/** Keys that a caller presses one after another, as one answer: ended by `#`, or by a pause. */
export class KeyCollector {
  readonly #clock: Clock;
  readonly #onKeys: (keys: string) => void;
  #keys = "";
  #cancel = () => {};

  constructor(clock: Clock, onKeys: (keys: string) => void) {
    this.#clock = clock;
    this.#onKeys = onKeys;
  }

  press(keys: string): void {
    for (const key of keys) {
      this.#keys += key;
      if (key === "#" || this.#keys.length >= MAX_KEYS) this.#finish();
    }
    this.#cancel();
    if (this.#keys !== "") this.#cancel = this.#clock.schedule(INTER_KEY_MS, () => this.#finish());
  }

  close(): void {
    this.#cancel();
    this.#keys = "";
  }

  #finish(): void {
    this.#cancel();
    // The key that ends an answer is no part of it, unless it is all there is.
    const keys = this.#keys.length > 1 ? this.#keys.replace(/#$/, "") : this.#keys;
    this.#keys = "";
    if (keys !== "") this.#onKeys(keys);
  }
}
