import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { LastWrites, Transactions } from "./transactions.ts";

/** Bytes of a digest: as many as an integer of SQLite and of JavaScript both hold. Two keys of one call never share one. */
const DIGEST_BYTES = 6;

/** Keys that are held in memory, over all calls. A live call has some dozens. */
const MAX_HELD = 100_000;

/** Deduplication keys of each call's events. Every method throws SQLite's own errors. */
export interface EventKeyTable {
  has(callId: string, key: string): boolean;
  /** Keeps keys of a call that is there, all or none, at the end of the transaction that is being written. */
  add(callId: string, keys: readonly string[]): void;
  /** Forgets what is held in memory: the database may have changed. */
  reload(): void;
}

/** A call's keys. */
interface HeldCall {
  /** The call's number in the database. */
  readonly call: number;
  readonly digests: Set<number>;
}

/**
 * The event keys of a database. A key is long and only ever compared, so its digest is kept, under the call's number: the
 * few calls that are live lie side by side, and a transaction for many of them writes few pages. Those of calls that are
 * being asked about are held in memory, because each of a live call's webhooks asks and next to none has been there.
 */
export function createEventKeyTable(database: DatabaseSync, transactions: Transactions): EventKeyTable {
  const callNumber = database.prepare("SELECT id FROM calls WHERE call_id = ?");
  const digestsOf = database.prepare("SELECT digest FROM event_keys WHERE call = ?");
  const insert = database.prepare("INSERT INTO event_keys (call, digest) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const held = new Map<string, HeldCall>();
  let heldKeys = 0;
  /** Numbers of calls and digests, in turns. */
  let pending: number[] = [];
  /** What was asked for last: whether a key is there, and then to keep it. */
  let lastKey: string | undefined;
  let lastDigest = 0;

  function digest(key: string): number {
    if (key !== lastKey) lastDigest = Number.parseInt(hash("sha256", key).slice(0, 2 * DIGEST_BYTES), 16);
    lastKey = key;
    return lastDigest;
  }

  function callOf(callId: string): HeldCall | undefined {
    const known = held.get(callId);
    if (known) return known;
    const row = callNumber.get(callId);
    if (!row) return undefined;
    const call = Number(row["id"]);
    const loaded = { call, digests: new Set(digestsOf.all(call).map(({ digest }) => Number(digest))) };
    held.set(callId, loaded);
    heldKeys += 1 + loaded.digests.size;
    return loaded;
  }

  function reload(): void {
    held.clear();
    heldKeys = 0;
  }

  const last: LastWrites = {
    write() {
      for (let index = 0; index < pending.length; index += 2) insert.run(pending[index] ?? 0, pending[index + 1] ?? 0);
    },
    settled(failure) {
      pending = [];
      // Not earlier: what is pending is known only here.
      if (failure !== undefined || heldKeys > MAX_HELD) reload();
    },
  };

  return {
    has: (callId, key) => callOf(callId)?.digests.has(digest(key)) ?? false,
    add(callId, keys) {
      const known = callOf(callId);
      const digests = keys.map(digest);
      if (!known || digests.length === 0) return;
      transactions.atEnd(last, false);
      for (const added of digests) {
        if (known.digests.has(added)) continue;
        known.digests.add(added);
        heldKeys += 1;
        pending.push(known.call, added);
      }
    },
    reload,
  };
}
