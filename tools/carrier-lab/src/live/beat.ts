import { settle, type Moment } from "../patience.ts";

/** Virtual milliseconds after which everything is let come to rest, whether or not a request is under way. */
const REST_MS = 1000;

/**
 * Waits until something is so, as long as nothing but audio flows without a look at anything else: it beats fifty times a
 * second, and requests are few. Rejects with `what` where it does not come to be within `maxMs` of virtual time.
 */
export async function untilHeard(moment: Moment, holds: () => boolean, what: string, maxMs = 20_000): Promise<void> {
  const end = moment.clock.monotonic() + maxMs;
  await settle(moment);
  while (!holds()) {
    const left = end - moment.clock.monotonic();
    if (left <= 0) throw new Error(`not so after ${maxMs} ms of virtual time: ${what}`);
    await flow(moment, Math.min(left, REST_MS), holds);
  }
}

/** Lets time pass as a whole. */
export async function passHeard(moment: Moment, ms: number): Promise<void> {
  const end = moment.clock.monotonic() + ms;
  for (let left = ms; left > 0; left = end - moment.clock.monotonic()) await flow(moment, Math.min(left, REST_MS), () => false);
}

/** Lets audio flow until something is so, a request begins, or the time is over. */
async function flow(moment: Moment, ms: number, holds: () => boolean): Promise<void> {
  const { clock, underWay } = moment;
  const before = underWay();
  let over = false;
  const cancel = clock.schedule(ms, () => (over = true));
  await clock.runUntil(() => over || holds() || underWay() > before, ms);
  cancel();
  await settle(moment);
}
