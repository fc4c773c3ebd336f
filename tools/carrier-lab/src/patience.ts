import type { VirtualClock } from "@openclaw/telephony-contract/testing";

/** Turns of the event loop in which a request over HTTP within the process is over; counted, so that a busy machine has longer. */
const TURNS = 12;
/** Real milliseconds after which something that does not happen has failed. */
const PATIENCE_MS = 20_000;
/** Virtual milliseconds per step, by how long was waited already: what takes long is not looked at closely. */
const STEPS: readonly (readonly [afterMs: number, stepMs: number])[] = [[60_000, 5000], [5000, 1000], [0, 100]];

/** Lets everything under way come to rest, requests over HTTP included, without moving time. */
export async function settle(clock: VirtualClock): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await clock.settle();
  }
}

/**
 * Waits until something is so, with virtual time moving on at most `maxMs` when nothing happens by itself. Rejects with
 * `what` where it does not come to be.
 */
export async function until(clock: VirtualClock, holds: () => boolean, what: string, maxMs = 20_000): Promise<void> {
  const began = performance.now();
  let moved = 0;
  while (!holds()) {
    await settle(clock);
    if (holds()) return;
    if (moved < maxMs && clock.pending > 0) {
      const ms = stepAfter(moved);
      await clock.advance(ms);
      moved += ms;
    } else if (moved >= maxMs || performance.now() - began > PATIENCE_MS) throw new Error(`not so after ${moved} ms of virtual time: ${what}`);
  }
}

/** Lets time pass as a whole. */
export async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let moved = 0; moved < ms; ) {
    const step = Math.min(stepAfter(moved), ms - moved);
    await clock.advance(step);
    await settle(clock);
    moved += step;
  }
}

function stepAfter(waitedMs: number): number {
  return STEPS.find(([after]) => waitedMs >= after)?.[1] ?? 100;
}
