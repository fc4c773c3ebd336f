import type { Clock } from "../definition.ts";

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on by `ms` milliseconds. Callbacks that fall due run in the order of their time, then of their making;
   * after each one, everything that it set off (promises, ticks) settles before the next. What a callback throws, this
   * rejects with.
   */
  advance(ms: number): Promise<void>;
  /**
   * Moves time on from one due callback to the next until `predicate` holds, and no further than `maxMs` milliseconds.
   * Rejects where it does not hold by then.
   */
  runUntil(predicate: () => boolean, maxMs: number): Promise<void>;
  /** Lets promises settle without moving time. */
  settle(): Promise<void>;
  /** Callbacks that are scheduled and not yet run or cancelled. */
  readonly pending: number;
}

/** How a virtual clock begins. */
export interface VirtualClockOptions {
  /** What `now()` says first, in milliseconds since the epoch. Default: 2026-01-01T00:00:00Z. */
  readonly startsAt?: number;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Callbacks within one `advance`: more than any test needs, and soon reached by one that reschedules itself at once. */
const MAX_CALLBACKS = 100_000;

/** Taken when the module loads, so that a test runner's fake timers do not stop the virtual clock. */
const realSetImmediate = setImmediate;

/** Makes a virtual clock. `monotonic()` begins at 0, so that a mix-up with `now()` shows. */
export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const origin = options.startsAt ?? Date.UTC(2026, 0, 1);
  const timers = new Set<Timer>();
  let elapsed = 0;
  let moving = false;

  /** The earliest timer; a set keeps the order of making, so the first of equals wins. */
  const earliest = (until: number): Timer | undefined => {
    let found: Timer | undefined;
    for (const timer of timers) if (timer.at <= until && (!found || timer.at < found.at)) found = timer;
    return found;
  };

  const move = async (until: number, enough: () => boolean): Promise<void> => {
    if (moving) throw new Error("the virtual clock is moving already: await one advance before the next");
    moving = true;
    try {
      await settle();
      for (let ran = 0; !enough(); ran++) {
        const timer = earliest(until);
        if (!timer) return void (elapsed = until);
        if (ran >= MAX_CALLBACKS) throw new Error(`more than ${MAX_CALLBACKS} callbacks: something reschedules itself at once`);
        timers.delete(timer);
        elapsed = Math.max(elapsed, timer.at);
        timer.callback();
        await settle();
      }
    } finally {
      moving = false;
    }
  };

  return {
    now: () => origin + elapsed,
    monotonic: () => elapsed,
    schedule(delayMs, callback) {
      const timer: Timer = { at: elapsed + (delayMs > 0 ? delayMs : 0), callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`a clock only moves forward: advance(${ms})`);
      await move(elapsed + ms, () => false);
    },
    async runUntil(predicate, maxMs) {
      await move(elapsed + maxMs, predicate);
      if (!predicate()) throw new Error(`after ${maxMs} ms of virtual time it was still not so: ${predicate.toString()}`);
    },
    settle,
    get pending() {
      return timers.size;
    },
  };
}

/**
 * Turns of the event loop in which one happening goes from a network to the telephone and back a few times: promises and
 * ticks drain within a turn, and whoever hands work to the loop, as a door does that gathers requests, takes one more.
 */
const TURNS = 8;

async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => void realSetImmediate(resolve));
}
