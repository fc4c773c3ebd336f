import { expect } from "vitest";
import type { Trial } from "../trial.ts";

/** Longer than anything that a call which is over may have to do still, in two steps with room for requests between them. */
const CALM_MS = [4000, 4000];

/**
 * Checks that nothing of any call is left: no line, no socket, token, ear or voice, and no timer.
 *
 * @param timers that ran before the first call; without it they are not looked at
 */
export async function expectNothingLeft(trial: Trial, timers = trial.clock.pending): Promise<void> {
  await trial.settle();
  for (const ms of CALM_MS) {
    await trial.clock.advance(ms);
    await trial.settle();
  }
  expect(trial.telephone.active()).toEqual([]);
  expect(trial.telephone.media.sizes).toEqual({ tokens: 0, pending: 0, active: 0, playing: 0, services: 0 });
  expect(trial.live.ears.map(({ closed }) => closed)).not.toContain(false);
  expect(trial.clock.pending).toBeLessThanOrEqual(timers);
}
