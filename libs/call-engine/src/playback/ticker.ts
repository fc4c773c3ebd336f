import type { Clock } from "@openclaw/telephony-contract";

/**
 * One beat for the audio of all calls, since a timer for each costs ten times more. It runs only while somebody listens.
 */
export class Ticker {
  /** Milliseconds from beat to beat. */
  readonly periodMs: number;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #onBeat: (lateMs: number, nowMs: number) => void;
  readonly #members = new Set<{ readonly onTick: (nowMs: number) => void }>();
  #cancel: (() => void) | undefined;
  /** When the next beat is due, on the monotonic clock. */
  #dueAt = 0;
  #beating = false;
  #stopped = false;

  /**
   * @param onError is told what a listener throws; the others hear the beat all the same
   * @param onBeat is told before each beat by how much it is late
   */
  constructor(clock: Clock, periodMs: number = 20, onError: (error: unknown) => void = () => {}, onBeat: (lateMs: number, nowMs: number) => void = () => {}) {
    this.#clock = clock;
    this.periodMs = periodMs;
    this.#onError = onError;
    this.#onBeat = onBeat;
  }

  /** Listeners at the moment. */
  get size(): number {
    return this.#members.size;
  }

  /**
   * Calls back at every beat with the monotonic time in milliseconds. The returned function ends that and may be called
   * at any time, also from within. After {@link Ticker.stop} nobody is called any more.
   */
  add(onTick: (nowMs: number) => void): () => void {
    if (this.#stopped) return () => {};
    const member = { onTick };
    this.#members.add(member);
    if (this.#cancel === undefined && !this.#beating) this.#await(this.#clock.monotonic() + this.periodMs);
    return () => this.#remove(member);
  }

  /** Ends the beat for good. */
  stop(): void {
    this.#stopped = true;
    this.#members.clear();
    this.#rest();
  }

  #remove(member: { readonly onTick: (nowMs: number) => void }): void {
    this.#members.delete(member);
    if (this.#members.size === 0) this.#rest();
  }

  #rest(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #await(dueAt: number): void {
    this.#dueAt = dueAt;
    this.#cancel = this.#clock.schedule(dueAt - this.#clock.monotonic(), this.#beat);
  }

  readonly #beat = (): void => {
    const now = this.#clock.monotonic();
    this.#cancel = undefined;
    this.#beating = true;
    this.#onBeat(Math.max(0, now - this.#dueAt), now);
    for (const member of this.#members) {
      try {
        member.onTick(now);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#beating = false;
    if (this.#members.size === 0) return;
    // The beat is kept, so that late timers do not add up. After a stall it begins anew: nobody needs the missed ones.
    const next = this.#dueAt + this.periodMs;
    this.#await(next > now ? next : now + this.periodMs);
  };
}
