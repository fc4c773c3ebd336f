import type { Logger } from "@openclaw/telephony-contract";
import type { HostOutcome } from "./host.ts";
import { describeAttempts, word } from "./outcome.ts";

/** Pairs of providers that are told apart: more than any host has. */
const MAX_PAIRS = 50;

/** Tells the operator when the host speaks with another provider than the one that should: once for each pair. */
export class FallbackNotes {
  readonly #log: Logger;
  readonly #told = new Set<string>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** A text was spoken. */
  spoken({ provider, fallbackFrom, attempts = [] }: HostOutcome): void {
    if (provider === undefined || fallbackFrom === undefined) return;
    const pair = `${fallbackFrom}\0${provider}`;
    if (this.#told.has(pair) || this.#told.size >= MAX_PAIRS) return;
    this.#told.add(pair);
    const fields = { from: word(fallbackFrom), to: word(provider), attempts: describeAttempts(attempts) };
    // Some providers never speak on a telephone. That the next one does it is how the host is made, and no fault.
    const never = attempts.find((attempt) => attempt.provider === fallbackFrom)?.reasonCode === "unsupported_for_telephony";
    if (never) this.#log.info("the host's first speech provider does not speak on telephones, so that another does", fields);
    else this.#log.warn("another of the host's speech providers speaks than the one that should", fields);
  }
}
