import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@openclaw/telephony-contract";
import type { StoredReply } from "../ports.ts";

/** How much of what was replied is kept. */
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
  /** Keeps the first reply of a key. Runs in the caller's transaction. */
  remember(key: string, reply: StoredReply): void;
  /** Drops replies that are too old. Runs in the caller's transaction. */
  prune(): void;
  /** Learns what another process has remembered meanwhile. */
  reload(): void;
}

/** How many replies beyond those that are kept may wait for being dropped together, as a part of those. */
const SURPLUS = 0.1;

/**
 * The replay table of a database. Every method throws SQLite's own errors.
 *
 * Every webhook is looked up and almost none is found. So the keys are in memory, and the table is only appended to: an
 * index on random keys would write a page of the disk for each webhook.
 */
export function createReplayTable(database: DatabaseSync, clock: Clock, limits: ReplayLimits): ReplayTable {
  const { maxReplies, maxAgeMs } = limits;
  const newest = database.prepare("SELECT id, key FROM (SELECT id, key FROM replays ORDER BY id DESC LIMIT ?) ORDER BY id");
  // The key is compared as well: an id whose transaction was undone is given to another.
  const select = database.prepare("SELECT status, headers, body FROM replays WHERE id = ? AND key = ? AND stored_at >= ?");
  const insert = database.prepare("INSERT INTO replays (key, stored_at, status, headers, body) VALUES (?, ?, ?, ?, ?)");
  const dropUntil = database.prepare("DELETE FROM replays WHERE id <= ?");
  // Ids grow with time, so the search ends at the first reply that is young enough.
  const dropOld = database.prepare(
    `DELETE FROM replays WHERE id < coalesce(
       (SELECT id FROM replays WHERE stored_at >= ? ORDER BY id LIMIT 1), (SELECT max(id) + 1 FROM replays))`,
  );
  /** Ids by key, the oldest first. */
  const ids = new Map<string, number>();
  let surplus = 0;

  function find(key: string): StoredReply | undefined {
    const id = ids.get(key);
    const row = id === undefined ? undefined : select.get(id, key, clock.now() - maxAgeMs);
    if (row === undefined) return undefined;
    const headers = JSON.parse(String(row["headers"])) as Readonly<Record<string, string>>;
    return { status: Number(row["status"]), headers, body: String(row["body"]) };
  }
  function reload(): void {
    ids.clear();
    for (const row of newest.iterate(maxReplies)) ids.set(String(row["key"]), Number(row["id"]));
  }
  /** Forgets the oldest keys at once, and their rows now and then. */
  function dropSurplus(newestId: number): void {
    for (const key of ids.keys()) {
      if (ids.size <= maxReplies) break;
      ids.delete(key);
      surplus += 1;
    }
    if (surplus <= maxReplies * SURPLUS) return;
    dropUntil.run(newestId - maxReplies);
    surplus = 0;
  }

  reload();
  return {
    find,
    remember(key, reply) {
      if (find(key) !== undefined) return;
      const { lastInsertRowid } = insert.run(key, Math.trunc(clock.now()), reply.status, JSON.stringify(reply.headers), reply.body);
      const id = Number(lastInsertRowid);
      ids.delete(key);
      ids.set(key, id);
      dropSurplus(id);
    },
    prune: () => void dropOld.run(clock.now() - maxAgeMs),
    reload,
  };
}
