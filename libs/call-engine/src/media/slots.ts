/** How many media sockets there may be (`streaming` in the settings). */
export interface MediaLimits {
  /** Milliseconds from the upgrade to the start message. */
  readonly preStartTimeoutMs: number;
  /** Sockets that have not started, of all sources. */
  readonly maxPendingConnections: number;
  readonly maxPendingConnectionsPerIp: number;
  /** Sockets altogether. */
  readonly maxConnections: number;
}

/** Counts media sockets, from the upgrade on. */
export class Slots {
  readonly #pendingOf = new Map<string, number>();
  #pending = 0;
  #active = 0;

  get pending(): number {
    return this.#pending;
  }

  get active(): number {
    return this.#active;
  }

  /** Sources that have a pending socket. */
  get sources(): number {
    return this.#pendingOf.size;
  }

  /** The HTTP status for one more socket of this source where there is no room for it. */
  refusal(source: string, limits: MediaLimits): number | undefined {
    if ((this.#pendingOf.get(source) ?? 0) >= limits.maxPendingConnectionsPerIp) return 429;
    const full = this.#pending >= limits.maxPendingConnections || this.#pending + this.#active >= limits.maxConnections;
    return full ? 503 : undefined;
  }

  /** A socket was admitted. */
  enter(source: string): void {
    this.#pending++;
    this.#pendingOf.set(source, (this.#pendingOf.get(source) ?? 0) + 1);
  }

  /** It started. */
  start(source: string): void {
    this.giveUp(source);
    this.#active++;
  }

  /** It was lost before it started. */
  giveUp(source: string): void {
    this.#pending--;
    const left = (this.#pendingOf.get(source) ?? 1) - 1;
    if (left > 0) this.#pendingOf.set(source, left);
    else this.#pendingOf.delete(source);
  }

  /** One that had started is over. */
  leave(): void {
    this.#active--;
  }
}
