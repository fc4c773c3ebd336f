import { TelephonyError, toTelephonyError, type Logger } from "@openclaw/telephony-contract";
import type { TelephoneEvent } from "./telephone.ts";

/** More would be a leak: the host has a handful. */
const MAX_SUBSCRIBERS = 100;

/** Who wants to hear of changes. One that fails hurts nobody. */
export class Subscribers {
  readonly #log: Logger;
  readonly #listeners = new Set<(event: TelephoneEvent) => void>();

  constructor(log: Logger) {
    this.#log = log;
  }

  add(listener: (event: TelephoneEvent) => void): () => void {
    if (this.#listeners.size >= MAX_SUBSCRIBERS) throw new TelephonyError("internal", "too many listen to the telephone");
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(event: TelephoneEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#log.warn("a listener of the telephone failed", { code: toTelephonyError(error).code });
      }
    }
  }
}
