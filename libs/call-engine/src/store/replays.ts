import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@openclaw/telephony-contract";
import type { StoredReply } from "../ports.ts";
import { createDigester } from "./digests.ts";
import type { KeyTable } from "./keys.ts";
import type { LastWrites, Transactions } from "./transactions.ts";

/** How much of what was replied is kept, of replies that did more than acknowledge. */
export interface ReplayLimits {
  /** Replies. The oldest go first. */
  readonly maxReplies: number;
  /** Milliseconds. */
  readonly maxAgeMs: number;
}

/** A day is longer than any carrier repeats a webhook; the count bounds the disk at a few ten megabytes. */
export const DEFAULT_REPLAY_LIMITS: ReplayLimits = { maxReplies: 10_000, maxAgeMs: 24 * 3_600_000 };

/** Replies to webhooks, so that a repeated webhook gets the same reply byte for byte, also after a restart. */
export interface ReplayTable {
  find(key: string): StoredReply | undefined;
  /** Keeps the first reply of a key, with the transaction that is being written. */
  remember(key: string, reply: StoredReply): void;
  /** Drops replies that are too old. Runs in the caller's transaction. */
  prune(): void;
  /** Learns what is in the database, which another process may have changed. */
  reload(): void;
}

/** How many replies beyond those that are kept may wait for being dropped together, as a part of those. */
const SURPLUS = 0.1;

/** What replies' keys are told apart by from those of events, which have the id of a call there. */
const SCOPE = "reply";

const ACKNOWLEDGED: StoredReply = { status: 200, headers: {}, body: "" };

/**
 * The replay table of a database. Most replies only acknowledge: of those their keys are enough. Of the others the digests
 * are in memory, and what was replied is read from the disk. Every method throws SQLite's own errors.
 */
export function createReplayTable(
  database: DatabaseSync,
  transactions: Transactions,
  clock: Clock,
  keys: Pick<KeyTable, "has" | "add">,
  { maxReplies, maxAgeMs }: ReplayLimits,
): ReplayTable {
  const newest = database.prepare("SELECT id, digest FROM replies ORDER BY id DESC LIMIT ?");
  const select = database.prepare("SELECT status, headers, body FROM replies WHERE id = ? AND stored_at >= ?");
  const insert = database.prepare("INSERT INTO replies (stored_at, digest, status, headers, body) VALUES (?, ?, ?, ?, ?)");
  const dropBefore = database.prepare("DELETE FROM replies WHERE id < ?");
  // Ids grow with time, so the search ends at the first row that is young enough.
  const dropOld = database.prepare(
    `DELETE FROM replies WHERE id < coalesce(
       (SELECT id FROM replies WHERE stored_at >= ? ORDER BY id LIMIT 1), (SELECT max(id) + 1 FROM replies))`,
  );
  const digestOf = createDigester();
  /** The row of each digest, the oldest first. */
  const rows = new Map<number, number>();
  /** Replies of the transaction that is being written, and then their rows. */
  const pending = new Map<number, StoredReply>();
  const written = new Map<number, number>();
  let surplus = 0;

  function find(digest: number): StoredReply | undefined {
    if (keys.has(digest)) return ACKNOWLEDGED;
    const id = rows.get(digest);
    const row = id === undefined ? undefined : select.get(id, clock.now() - maxAgeMs);
    if (row === undefined) return pending.get(digest);
    return { status: Number(row["status"]), headers: JSON.parse(String(row["headers"])) as StoredReply["headers"], body: String(row["body"]) };
  }

  const last: LastWrites = {
    write() {
      const now = Math.trunc(clock.now());
      for (const [digest, { status, headers, body }] of pending)
        written.set(digest, Number(insert.run(now, digest, status, JSON.stringify(headers), body).lastInsertRowid));
      const [oldest] = rows.values();
      if (oldest === undefined || surplus <= maxReplies * SURPLUS) return;
      dropBefore.run(oldest);
      surplus = 0;
    },
    settled(failure) {
      for (const [digest, id] of failure === undefined ? written : []) {
        // Where it was there before, too long ago, its place is now the last.
        rows.delete(digest);
        rows.set(digest, id);
      }
      pending.clear();
      written.clear();
      forgetSurplus();
    },
  };

  /** Forgets the oldest. Their rows go now and then. */
  function forgetSurplus(): void {
    for (const digest of rows.keys()) {
      if (rows.size <= maxReplies) return;
      rows.delete(digest);
      surplus += 1;
    }
  }

  function reload(): void {
    rows.clear();
    for (const { id, digest } of newest.all(maxReplies).reverse()) rows.set(Number(digest), Number(id));
  }

  reload();
  return {
    find: (key) => find(digestOf(SCOPE, key)),
    remember(key, reply) {
      const digest = digestOf(SCOPE, key);
      if (find(digest) !== undefined) return;
      if (isAcknowledgement(reply)) return keys.add(digest);
      // A document is more than a key: whoever asks for it again gets it.
      transactions.atEnd(last, true);
      pending.set(digest, reply);
    },
    prune: () => void dropOld.run(clock.now() - maxAgeMs),
    reload,
  };
}

function isAcknowledgement({ status, headers, body }: StoredReply): boolean {
  if (status !== ACKNOWLEDGED.status || body !== "") return false;
  for (const _ in headers) return false;
  return true;
}
