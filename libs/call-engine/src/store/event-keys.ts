import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@openclaw/telephony-contract";
import type { LastWrites, Transactions } from "./transactions.ts";

/** Bytes of a digest: as many as an integer of SQLite and of JavaScript both hold. Two keys of one call never share one. */
const DIGEST_BYTES = 6;

/** Keys that are kept by default: some megabytes of memory, and the events of a few thousand calls. */
export const MAX_EVENT_KEYS = 100_000;

/** How many keys are kept, and for how long. */
export interface EventKeyLimits {
  /** Keys, over all calls. Those of the oldest calls go first. A call has some dozens. */
  readonly maxKeys: number;
  /** Milliseconds. Keys of calls that are not over stay. */
  readonly maxAgeMs: number;
}

/** Keys beyond those that are kept which may wait for being dropped together, as a part of those. */
const SURPLUS = 0.1;

/** Deduplication keys of each call's events. Every method throws SQLite's own errors. */
export interface EventKeyTable {
  has(callId: string, key: string): boolean;
  /** Keeps keys of a call, all or none, at the end of the transaction that is being written. */
  add(callId: string, keys: readonly string[]): void;
  /** Drops keys that are too old, but for what is in memory until {@link reload}. Runs in the caller's transaction. */
  prune(): void;
  /** Learns what is in the database, which another process may have changed. */
  reload(): void;
}

/** Digests of a row's keys, those of each call behind its id. */
type StoredKeys = readonly (string | number)[];

/**
 * The event keys of a database. A key is long and only ever compared, so its digest is kept. Every webhook of a live call
 * asks for one, and next to none has been there: so they are in memory, and the table is only appended to, by one row for
 * all keys of a transaction.
 */
export function createEventKeyTable(database: DatabaseSync, transactions: Transactions, clock: Clock, { maxKeys, maxAgeMs }: EventKeyLimits): EventKeyTable {
  const newest = database.prepare("SELECT id, keys FROM event_keys ORDER BY id DESC");
  const insert = database.prepare("INSERT INTO event_keys (stored_at, keys) VALUES (?, ?)");
  const dropUntil = database.prepare("DELETE FROM event_keys WHERE id <= ?");
  // Ids grow with time, so the search ends at the first row that is young enough.
  const dropOld = database.prepare(
    `DELETE FROM event_keys WHERE id < coalesce(
       (SELECT id FROM event_keys
          WHERE stored_at >= min(?, coalesce((SELECT min(created_at) FROM calls WHERE ended_at IS NULL), ?))
          ORDER BY id LIMIT 1),
       (SELECT max(id) + 1 FROM event_keys))`,
  );
  /** By call, the oldest first. */
  const digests = new Map<string, Set<number>>();
  let held = 0;
  /** How many keys each row has, the oldest row first. */
  const rows = new Map<number, number>();
  let stored = 0;
  /** Of the transaction that is being written: its keys, the call of the last of them, and their row. */
  let pending: (string | number)[] = [];
  let pendingCall: string | undefined;
  let pendingRow: number | undefined;
  /** What was asked for last: whether a key is there, and then to keep it. */
  let lastKey: string | undefined;
  let lastDigest = 0;

  function digestOf(key: string): number {
    if (key !== lastKey) {
      const bytes = hash("sha256", key, "binary");
      lastDigest = 0;
      for (let at = 0; at < DIGEST_BYTES; at++) lastDigest = lastDigest * 256 + bytes.charCodeAt(at);
      lastKey = key;
    }
    return lastDigest;
  }

  function ofCall(callId: string): Set<number> {
    let known = digests.get(callId);
    if (!known) digests.set(callId, (known = new Set()));
    return known;
  }

  /** Takes the keys of a row into memory. */
  function learn(keys: StoredKeys): void {
    let call = new Set<number>();
    for (const key of keys) {
      if (typeof key === "string") call = ofCall(key);
      else call.add(key);
    }
  }

  function reload(): void {
    digests.clear();
    rows.clear();
    held = stored = 0;
    const found: { readonly id: number; readonly keys: StoredKeys }[] = [];
    for (const row of newest.iterate()) {
      if (stored >= maxKeys) break;
      const keys = JSON.parse(String(row["keys"])) as StoredKeys;
      found.push({ id: Number(row["id"]), keys });
      stored += count(keys);
    }
    for (const { id, keys } of found.reverse()) {
      rows.set(id, count(keys));
      learn(keys);
    }
    for (const { size } of digests.values()) held += size;
  }

  function forgetSurplus(): void {
    if (held <= maxKeys * (1 + SURPLUS)) return;
    for (const [callId, { size }] of digests) {
      if (held <= maxKeys) return;
      digests.delete(callId);
      held -= size;
    }
  }

  function dropSurplus(): void {
    if (stored <= maxKeys * (1 + SURPLUS)) return;
    let last = 0;
    for (const [id, size] of rows) {
      if (stored <= maxKeys) break;
      rows.delete((last = id));
      stored -= size;
    }
    dropUntil.run(last);
  }

  /** Takes what could not be stored out of memory. Asks the database nothing, which may be what failed. */
  function forgetPending(): void {
    let call: Set<number> | undefined;
    for (const key of pending) {
      if (typeof key === "string") call = digests.get(key);
      else if (call?.delete(key)) held -= 1;
    }
    if (pendingRow === undefined) return;
    stored -= rows.get(pendingRow) ?? 0;
    rows.delete(pendingRow);
  }

  const last: LastWrites = {
    write() {
      if (pending.length === 0) return;
      pendingRow = Number(insert.run(Math.trunc(clock.now()), JSON.stringify(pending)).lastInsertRowid);
      rows.set(pendingRow, count(pending));
      stored += count(pending);
      dropSurplus();
    },
    settled(failure) {
      if (failure === undefined) forgetSurplus();
      else forgetPending();
      pending = [];
      pendingCall = pendingRow = undefined;
    },
  };

  reload();
  return {
    has: (callId, key) => digests.get(callId)?.has(digestOf(key)) ?? false,
    add(callId, keys) {
      const added = keys.map(digestOf);
      if (added.length === 0) return;
      transactions.atEnd(last, false);
      const known = ofCall(callId);
      for (const digest of added) {
        if (known.has(digest)) continue;
        known.add(digest);
        held += 1;
        if (pendingCall !== callId) pending.push((pendingCall = callId));
        pending.push(digest);
      }
    },
    prune() {
      const before = clock.now() - maxAgeMs;
      dropOld.run(before, before);
    },
    reload,
  };
}

function count(keys: StoredKeys): number {
  let digests = 0;
  for (const key of keys) if (typeof key === "number") digests += 1;
  return digests;
}
