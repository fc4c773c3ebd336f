import type { VirtualClock } from "@openclaw/telephony-contract/testing";

/** Turns of the event loop that a request over HTTP within the process has; counted, so that a busy machine has longer. */
const TURNS = 12;
/** Turns without any request under way after which all is at rest. */
const CALM_TURNS = 2;
/** Real milliseconds after which something that does not happen has failed. */
const PATIENCE_MS = 20_000;
/** Virtual milliseconds per step, by how long was waited already: what takes long is not looked at closely. */
const STEPS: readonly (readonly [afterMs: number, stepMs: number])[] = [[60_000, 5000], [5000, 1000], [0, 100]];

/** Time, and what is under way in it. */
export interface Moment {
  readonly clock: VirtualClock;
  /** Requests that are on their way, in either direction. */
  readonly underWay: () => number;
}

/** Lets everything under way come to rest, requests over HTTP included, without moving time. */
export async function settle({ clock, underWay }: Moment): Promise<void> {
  for (let turn = 0, calm = 0; turn < TURNS && calm < CALM_TURNS; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await clock.settle();
    calm = underWay() === 0 ? calm + 1 : 0;
  }
}

/**
 * Waits until something is so, with virtual time moving on at most `maxMs` when nothing happens by itself. Rejects with
 * `what` where it does not come to be.
 */
export async function until(moment: Moment, holds: () => boolean, what: string, maxMs = 20_000): Promise<void> {
  const began = performance.now();
  let moved = 0;
  while (!holds()) {
    await settle(moment);
    if (holds()) return;
    if (moved < maxMs && moment.clock.pending > 0) {
      const ms = stepAfter(moved);
      await moment.clock.advance(ms);
      moved += ms;
    } else if (moved >= maxMs || performance.now() - began > PATIENCE_MS) throw new Error(`not so after ${moved} ms of virtual time: ${what}`);
  }
}

/** Lets time pass as a whole. */
export async function pass(moment: Moment, ms: number): Promise<void> {
  for (let moved = 0; moved < ms; ) {
    const step = Math.min(stepAfter(moved), ms - moved);
    await moment.clock.advance(step);
    await settle(moment);
    moved += step;
  }
}

function stepAfter(waitedMs: number): number {
  return STEPS.find(([after]) => waitedMs >= after)?.[1] ?? 100;
}
