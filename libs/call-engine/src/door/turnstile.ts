import type { Clock } from "@openclaw/telephony-contract";

/** How many requests may be on their way in. */
export interface TurnstileLimits {
  /** Requests of one source whose body is being read. */
  readonly perSource: number;
  /** Requests of one source that wait for their turn. */
  readonly waitingPerSource: number;
  /** Requests of all sources that wait. */
  readonly waiting: number;
  /** Milliseconds that a request waits. */
  readonly waitMs: number;
}

/**
 * Eight at a time is what the incumbent allows; a carrier's burst beyond that waits instead of being lost. A slow sender
 * is cut off after five seconds, so that whoever waits behind one gets a turn.
 */
export const TURNSTILE_LIMITS: TurnstileLimits = { perSource: 8, waitingPerSource: 64, waiting: 512, waitMs: 5000 };

/**
 * Sources that are kept although they have no request. A carrier's webhooks come one after another, and a map whose only
 * entry is taken out and put back for each makes itself a new table every time.
 */
const MAX_IDLE_SOURCES = 64;

interface Source {
  inside: number;
  readonly queue: (() => void)[];
}

/** Lets in a few unverified requests of each source at a time; the others wait their turn, and too many are refused. */
export class Turnstile {
  readonly #sources = new Map<string, Source>();
  /** How many of them have no request. */
  #idle = 0;
  #waiting = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limits: TurnstileLimits = TURNSTILE_LIMITS,
  ) {}

  /** Sources that have a request inside or waiting. */
  get size(): number {
    return this.#sources.size - this.#idle;
  }

  /** Whether a request may come in, now or after its turn has come. Whoever was let in has to `leave`. */
  enter(source: string): boolean | Promise<boolean> {
    const known = this.#sources.get(source);
    if (!known) {
      this.#sources.set(source, { inside: 1, queue: [] });
      return true;
    }
    if (known.inside < this.limits.perSource) {
      if (known.inside === 0) this.#idle--;
      known.inside++;
      return true;
    }
    if (known.queue.length >= this.limits.waitingPerSource || this.#waiting >= this.limits.waiting) return false;
    return this.#wait(known);
  }

  /** A request is through, or gone. */
  leave(source: string): void {
    const known = this.#sources.get(source);
    if (!known) return;
    const next = known.queue.shift();
    if (next) return next();
    known.inside--;
    if (known.inside === 0 && ++this.#idle > MAX_IDLE_SOURCES) this.#forgetIdle();
  }

  #forgetIdle(): void {
    for (const [source, { inside }] of this.#sources) if (inside === 0) this.#sources.delete(source);
    this.#idle = 0;
  }

  #wait(source: Source): Promise<boolean> {
    this.#waiting++;
    return new Promise((resolve) => {
      const settle = (admitted: boolean) => {
        this.#waiting--;
        cancel();
        resolve(admitted);
      };
      const turn = () => settle(true);
      const cancel = this.clock.schedule(this.limits.waitMs, () => {
        source.queue.splice(source.queue.indexOf(turn), 1);
        settle(false);
      });
      source.queue.push(turn);
    });
  }
}
