import { ConformanceError } from "./assertions.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How long the kit waits for a harness. */
export interface PatienceOptions {
  /**
   * Real milliseconds until something that has to happen counts as not happening. Default 1000. A network inside the
   * process needs a few; only what fails takes this long.
   */
  readonly patienceMs?: number;
  /** Real milliseconds in which something that must not happen may show. Default 0: a few turns of the event loop. */
  readonly quietMs?: number;
}

/** Waiting for a carrier and its network. */
export interface Patience {
  /** Lets everything under way come to rest. */
  settle(): Promise<void>;
  /** Waits until the predicate holds, or fails the rule with `what`. */
  until(predicate: () => boolean, what: string): Promise<void>;
  /** The outcome of work, or a failed rule where it does not settle. */
  outcome<T>(what: string, work: () => Promise<T>): Promise<Outcome<T>>;
}

/** How work settled. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** Turns of the event loop after which a network inside the process has come to rest. */
const QUIET_TURNS = 8;
/** Real milliseconds that a network on real sockets has before virtual time is moved on its behalf. */
const GRACE_MS = 25;
/** Virtual time that a wait may use, for networks whose speech takes time; below every time-out of the kit's calls. */
const VIRTUAL_BUDGET_MS = 10_000;
const VIRTUAL_STEP_MS = 100;

/** Patience by a virtual clock. */
export function createPatience(clock: VirtualClock, { patienceMs = 1000, quietMs = 0 }: PatienceOptions): Patience {
  const settle = async () => {
    const began = performance.now();
    for (let turn = 0; turn < QUIET_TURNS || performance.now() - began < quietMs; turn++) await clock.settle();
  };
  const holds = async (predicate: () => boolean): Promise<boolean> => {
    const began = performance.now();
    let virtual = 0;
    for (let turn = 0; !predicate(); turn++) {
      const waited = performance.now() - began;
      await clock.settle();
      if (turn < QUIET_TURNS || waited < Math.min(GRACE_MS, patienceMs)) continue;
      if (clock.pending > 0 && virtual < VIRTUAL_BUDGET_MS) {
        await clock.advance(VIRTUAL_STEP_MS);
        virtual += VIRTUAL_STEP_MS;
      } else if (waited > patienceMs) return predicate();
    }
    return true;
  };
  return {
    settle,
    async until(predicate, what) {
      if (!(await holds(predicate))) throw new ConformanceError(what);
    },
    async outcome<T>(what: string, work: () => Promise<T>): Promise<Outcome<T>> {
      let settled: Outcome<T> | undefined;
      void (async () => work())().then(
        (value) => (settled = { ok: true, value }),
        (error: unknown) => (settled = { ok: false, error }),
      );
      if (!(await holds(() => settled !== undefined)) || !settled) throw new ConformanceError(`${what} did not settle`);
      return settled;
    },
  };
}
