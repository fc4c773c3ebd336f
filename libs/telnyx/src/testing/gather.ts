import type { Body } from "./parameters.ts";

/** How the gathering of keys ended, in the carrier's words. */
export type GatherStatus = "valid" | "timeout" | "cancelled" | "call_hangup";

/** What a `gather` does that was not told otherwise. */
const DEFAULTS = { minimum_digits: 1, maximum_digits: 128, initial_timeout_millis: 5_000, inter_digit_timeout_millis: 5_000, timeout_millis: 60_000, terminating_digit: "#", valid_digits: "0123456789#*" };

/** Gathers keys until there are enough, the terminating one came, or no more come in time. */
export class Gather {
  #digits = "";
  #over = false;
  readonly #settings: typeof DEFAULTS;
  readonly #cancelAll: () => void;
  #cancelWait: () => void;

  constructor(
    parameters: Body,
    private readonly later: (ms: number, callback: () => void) => () => void,
    private readonly ended: (digits: string, status: GatherStatus) => void,
  ) {
    this.#settings = { ...DEFAULTS, ...parameters };
    this.#cancelAll = later(this.#settings.timeout_millis, () => this.end("timeout"));
    this.#cancelWait = later(this.#settings.initial_timeout_millis, () => this.end("timeout"));
  }

  key(digit: string): void {
    const { terminating_digit, valid_digits, maximum_digits, inter_digit_timeout_millis } = this.#settings;
    if (digit === terminating_digit) return this.end(this.#enough ? "valid" : "timeout");
    if (!valid_digits.includes(digit)) return;
    this.#digits += digit;
    if (this.#digits.length >= maximum_digits) return this.end("valid");
    this.#cancelWait();
    this.#cancelWait = this.later(inter_digit_timeout_millis, () => this.end(this.#enough ? "valid" : "timeout"));
  }

  /** Ends it. Idempotent. */
  end(status: GatherStatus): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelAll();
    this.#cancelWait();
    this.ended(this.#digits, status);
  }

  get #enough(): boolean {
    return this.#digits.length >= this.#settings.minimum_digits;
  }
}
