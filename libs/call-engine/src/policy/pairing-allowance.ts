import type { Clock } from "@openclaw/telephony-contract";

const HOUR_MS = 3_600_000;

/**
 * How often strangers are listened to: each time may cost an answered call, and the owner's attention. Strangers can present
 * any number they like, so the limit for all of them is what holds.
 */
export const PAIRING_LIMITS = { atOnce: 2, perHour: 10, perNumberAndHour: 2 } as const;

/** Counts how often strangers were listened to within the last hour. Keeps at most as many entries as the hour allows. */
export class PairingAllowance {
  readonly #clock: Clock;
  #taken: readonly { readonly number: string; readonly at: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes one for a number, if there is one left. */
  take(number: string): boolean {
    const at = this.#clock.monotonic();
    this.#taken = this.#taken.filter((one) => at - one.at < HOUR_MS);
    const ofNumber = this.#taken.filter((one) => one.number === number).length;
    if (this.#taken.length >= PAIRING_LIMITS.perHour || ofNumber >= PAIRING_LIMITS.perNumberAndHour) return false;
    this.#taken = [...this.#taken, { number, at }];
    return true;
  }
}
