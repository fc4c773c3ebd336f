import type { DatabaseSync } from "node:sqlite";

const DAY_MS = 24 * 3_600_000;

/** How long calls are kept. Calls that are not over are never dropped. */
export interface Retention {
  /** Age, from its end, at which a call goes. Milliseconds. Default 90 days. */
  readonly endedCallsMs: number;
  /** Calls that are kept at most; the ones that ended first go first. Default 10,000. */
  readonly maxCalls: number;
  /**
   * Age at which keys of events and of acknowledged webhooks go, unless a call that old is not over. Milliseconds. Default
   * 7 days: no carrier repeats one later. The carrier's ids stay as long as the call, so that a late event still finds it.
   */
  readonly eventKeysMs: number;
}

export const DEFAULT_RETENTION: Retention = { endedCallsMs: 90 * DAY_MS, maxCalls: 10_000, eventKeysMs: 7 * DAY_MS };

/** Calls that go at a time. The event loop stands still meanwhile; the rest goes the next time. */
const CALLS_PER_RUN = 500;

/** Drops what is too old or too much. Runs in the caller's transaction. Throws SQLite's own errors. */
export type Pruner = (now: number) => void;

/** The pruner of a database. With a call go its carrier ids. */
export function createPruner(database: DatabaseSync, retention: Retention): Pruner {
  const count = database.prepare("SELECT count(*) AS calls FROM calls");
  const dropOld = database.prepare(
    "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE ended_at < ? ORDER BY ended_at, id LIMIT ?)",
  );
  const dropSurplus = database.prepare(
    "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE ended_at IS NOT NULL ORDER BY ended_at, id LIMIT ?)",
  );

  return (now) => {
    dropOld.run(now - retention.endedCallsMs, CALLS_PER_RUN);
    const surplus = Number(count.get()?.["calls"] ?? 0) - retention.maxCalls;
    if (surplus > 0) dropSurplus.run(Math.min(surplus, CALLS_PER_RUN));
  };
}
