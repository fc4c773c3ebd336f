import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** Bytes of a digest: as many as an integer of SQLite and of JavaScript both hold. Two keys of one call never share one. */
const DIGEST_BYTES = 6;

/** Deduplication keys of each call's events. Every method throws SQLite's own errors. */
export interface EventKeyTable {
  has(callId: string, key: string): boolean;
  /** Keeps a key of a call that is there. Runs in the caller's transaction. */
  add(callId: string, key: string): void;
}

/**
 * The event keys of a database. A key is long and only ever compared, so its digest is kept, under the call's number: the
 * few calls that are live lie side by side, and a transaction for many of them writes few pages.
 */
export function createEventKeyTable(database: DatabaseSync): EventKeyTable {
  const select = database.prepare("SELECT 1 FROM event_keys WHERE call = (SELECT id FROM calls WHERE call_id = ?) AND digest = ?");
  const insert = database.prepare("INSERT INTO event_keys (call, digest) SELECT id, ? FROM calls WHERE call_id = ? ON CONFLICT DO NOTHING");
  return {
    has: (callId, key) => select.get(callId, digest(key)) !== undefined,
    add: (callId, key) => void insert.run(digest(key), callId),
  };
}

function digest(key: string): number {
  return Number.parseInt(hash("sha256", key).slice(0, 2 * DIGEST_BYTES), 16);
}
