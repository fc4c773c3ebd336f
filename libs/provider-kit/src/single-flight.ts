/**
 * Lets those who ask for the same thing at the same time share one request and its outcome. Nothing is kept once the
 * request is over: who asks then asks anew.
 *
 * It saves requests and promises no more: with `max` keys under way, work for another key runs unshared.
 */
export class SingleFlight<Key> {
  readonly #flights = new Map<Key, Promise<unknown>>();

  /** @param max Keys that may be under way at the same time. */
  constructor(private readonly max = 1000) {}

  /**
   * The outcome of the work under way for `key`, or of this work. One key must always stand for one kind of result.
   *
   * The work belongs to everybody who waits for it: it should end with the provider's signal, not with one caller's.
   */
  run<Result>(key: Key, work: () => Promise<Result>): Promise<Result> {
    const underWay = this.#flights.get(key);
    if (underWay) return underWay as Promise<Result>;
    // An async function begins at once, and makes a rejection of what the work throws before its first await.
    const flight = (async () => work())();
    if (this.#flights.size >= this.max) return flight;
    this.#flights.set(key, flight);
    const release = () => void this.#flights.delete(key);
    flight.then(release, release);
    return flight;
  }
}
