import type { Clock } from "@openclaw/telephony-contract";

/** Whoever has something to do at times. */
export interface TickListener {
  /** Does what is due. Returns the time from which on there will be more to do, on the monotonic clock: beats before it are left out. */
  onTick(nowMs: number): number;
}

/** A place in the beat. Both may be called at any time, also from within the beat. */
export interface TickerSeat {
  /** There is something to do at the next beat, whatever was said before. */
  wake(): void;
  /** Ends it. */
  leave(): void;
}

/** Places at first; there will be more where they are needed. */
const FIRST_SEATS = 64;
const NEVER = Infinity;

/** A class, since two functions for each call would take more memory. */
class Seat implements TickerSeat {
  readonly listener: TickListener;
  readonly place: number;
  readonly #ticker: Ticker;

  constructor(ticker: Ticker, listener: TickListener, place: number) {
    this.#ticker = ticker;
    this.listener = listener;
    this.place = place;
  }

  wake(): void {
    this.#ticker.wake(this);
  }

  leave(): void {
    this.#ticker.leave(this);
  }
}

/** Where there is no beat any more. */
const NO_SEAT: TickerSeat = { wake: () => {}, leave: () => {} };

/**
 * One beat for the audio of all calls, since a timer for each costs ten times more. It runs only while somebody listens.
 *
 * Most calls have nothing to do at most beats. So when something is to do stands side by side for all of them, and a beat
 * looks at a few kilobytes instead of at every call.
 */
export class Ticker {
  /** Milliseconds from beat to beat. */
  readonly periodMs: number;
  readonly #clock: Clock;
  readonly #onError: (error: unknown) => void;
  readonly #onBeat: (lateMs: number, nowMs: number) => void;
  /** Whose place it is; places that were left are taken again. */
  readonly #seats: (Seat | undefined)[] = [];
  readonly #free: number[] = [];
  #size = 0;
  /** When each of them is to be called. */
  #dueTimes = new Float64Array(FIRST_SEATS);
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
    return this.#size;
  }

  /** Calls back at the next beat, and then as often as it is asked to. After {@link Ticker.stop} nobody is called any more. */
  add(listener: TickListener): TickerSeat {
    if (this.#stopped) return NO_SEAT;
    const place = this.#free.pop() ?? this.#seats.length;
    if (place === this.#dueTimes.length) this.#grow();
    const seat = new Seat(this, listener, place);
    this.#seats[place] = seat;
    this.#dueTimes[place] = 0;
    this.#size += 1;
    if (this.#cancel === undefined && !this.#beating) this.#await(this.#clock.monotonic() + this.periodMs);
    return seat;
  }

  /** For seats alone: see {@link TickerSeat}. */
  wake(seat: Seat): void {
    if (this.#seats[seat.place] === seat) this.#dueTimes[seat.place] = 0;
  }

  /** For seats alone: see {@link TickerSeat}. */
  leave(seat: Seat): void {
    const { place } = seat;
    if (this.#seats[place] !== seat) return;
    this.#seats[place] = undefined;
    this.#dueTimes[place] = NEVER;
    this.#free.push(place);
    this.#size -= 1;
    if (this.#size === 0) this.#rest();
  }

  /** Ends the beat for good. */
  stop(): void {
    this.#stopped = true;
    this.#seats.fill(undefined);
    this.#dueTimes.fill(NEVER);
    this.#size = 0;
    this.#rest();
  }

  #grow(): void {
    const before = this.#dueTimes;
    this.#dueTimes = new Float64Array(2 * before.length);
    this.#dueTimes.set(before);
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
    for (let place = 0; place < this.#seats.length; place++) {
      if ((this.#dueTimes[place] as number) <= now) this.#call(place, now);
    }
    this.#beating = false;
    if (this.#size === 0) return;
    // The beat is kept, so that late timers do not add up. After a stall it begins anew: nobody needs the missed ones.
    const next = this.#dueAt + this.periodMs;
    this.#await(next > now ? next : now + this.periodMs);
  };

  #call(place: number, now: number): void {
    const seat = this.#seats[place];
    if (!seat) return;
    try {
      const dueAt = seat.listener.onTick(now);
      // Its place may be somebody else's by now.
      if (this.#seats[place] === seat) this.#dueTimes[place] = dueAt;
    } catch (error) {
      this.#onError(error);
    }
  }
}
