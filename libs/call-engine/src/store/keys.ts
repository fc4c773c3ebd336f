import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@openclaw/telephony-contract";
import { DIGEST_BYTES, RecentDigests } from "./digests.ts";
import type { LastWrites, Transactions } from "./transactions.ts";

/** How much of what was seen is kept. */
export interface KeyLimits {
  /** Keys: those of events, and of webhooks that were only acknowledged. The oldest go first. A call has some dozens. */
  readonly maxKeys: number;
  /** Milliseconds. Keys that came since the oldest call began that is not over stay. */
  readonly maxAgeMs: number;
}

/** Keys that are kept by default: two megabytes of memory, and the events of a thousand calls. */
export const MAX_KEYS = 100_000;

/** How many keys beyond those that are kept may wait for being dropped from the disk together, as a part of those. */
const SURPLUS = 0.1;

/** What was seen already, by digests. Every method throws SQLite's own errors. */
export interface KeyTable {
  has(digest: number): boolean;
  /** Keeps a key, at the end of the transaction that is being written. */
  add(digest: number): void;
  /** Drops keys that are too old. Runs in the caller's transaction; {@link reload} then forgets them in memory as well. */
  prune(): void;
  /** Learns what is in the database, which another process may have changed. */
  reload(): void;
}

/**
 * The keys of a database. A key is long and only ever compared, so its digest is kept. Every webhook asks for some, and next
 * to none has been there: so they are in memory, and the table is only appended to, by one row for all keys of a
 * transaction. A row's id is the number of keys that were stored until then, so that it tells which rows are too many.
 */
export function createKeyTable(database: DatabaseSync, transactions: Transactions, clock: Clock, { maxKeys, maxAgeMs }: KeyLimits): KeyTable {
  const newest = database.prepare("SELECT id, digests FROM keys ORDER BY id DESC");
  const insert = database.prepare("INSERT INTO keys (id, stored_at, digests) VALUES (?, ?, ?)");
  const dropUntil = database.prepare("DELETE FROM keys WHERE id <= ?");
  // Ids grow with time, so the search ends at the first row that is young enough.
  const dropOld = database.prepare(
    `DELETE FROM keys WHERE id < coalesce(
       (SELECT id FROM keys
          WHERE stored_at >= min(?, coalesce((SELECT min(created_at) FROM calls WHERE ended_at IS NULL), ?))
          ORDER BY id LIMIT 1),
       (SELECT max(id) + 1 FROM keys))`,
  );
  const seen = new RecentDigests(maxKeys);
  /** Those of the transaction that is being written. They are the newest that were seen. */
  const pending: number[] = [];
  let stored = 0;
  let storedSinceDrop = maxKeys;

  const last: LastWrites = {
    write() {
      if (pending.length === 0) return;
      insert.run(stored + pending.length, Math.trunc(clock.now()), packed(pending));
      storedSinceDrop += pending.length;
      if (storedSinceDrop <= maxKeys * SURPLUS) return;
      dropUntil.run(stored + pending.length - maxKeys);
      storedSinceDrop = 0;
    },
    settled(failure) {
      if (failure === undefined) stored += pending.length;
      else seen.dropNewest(pending.length);
      pending.length = 0;
    },
  };

  function reload(): void {
    seen.clear();
    stored = 0;
    const rows: Uint8Array[] = [];
    let found = 0;
    for (const { id, digests } of newest.iterate()) {
      if (found >= maxKeys) break;
      stored ||= Number(id);
      rows.push(digests as Uint8Array);
      found += (digests as Uint8Array).length / DIGEST_BYTES;
    }
    for (const row of rows.reverse()) for (const digest of unpacked(row)) seen.add(digest);
  }

  reload();
  return {
    has: (digest) => seen.has(digest),
    add(digest) {
      if (seen.has(digest)) return;
      transactions.atEnd(last, false);
      seen.add(digest);
      pending.push(digest);
    },
    prune() {
      const before = clock.now() - maxAgeMs;
      dropOld.run(before, before);
    },
    reload,
  };
}

function packed(digests: readonly number[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(digests.length * DIGEST_BYTES);
  for (const [index, digest] of digests.entries()) bytes.writeUIntBE(digest, index * DIGEST_BYTES, DIGEST_BYTES);
  return bytes;
}

function unpacked(row: Uint8Array): readonly number[] {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.byteLength);
  return Array.from({ length: row.length / DIGEST_BYTES }, (_, index) => bytes.readUIntBE(index * DIGEST_BYTES, DIGEST_BYTES));
}
