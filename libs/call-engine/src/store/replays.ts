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
}

/** The replay table of a database. Every method throws SQLite's own errors. */
export function createReplayTable(database: DatabaseSync, clock: Clock, limits: ReplayLimits): ReplayTable {
  const select = database.prepare("SELECT status, headers, body FROM replays WHERE key = ? AND stored_at >= ?");
  const insert = database.prepare(
    `INSERT INTO replays (key, stored_at, status, headers, body)
     SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM replays WHERE key = ?1)`,
  );
  const dropOld = database.prepare("DELETE FROM replays WHERE stored_at < ?");
  // Ids grow by one for each reply and the oldest go first, so their span is the count.
  const dropSurplus = database.prepare("DELETE FROM replays WHERE id <= (SELECT max(id) FROM replays) - ?");
  const oldest = (): number => clock.now() - limits.maxAgeMs;
  const prune = (): void => void dropOld.run(oldest());

  return {
    find(key) {
      const row = select.get(key, oldest());
      if (row === undefined) return undefined;
      const headers = JSON.parse(String(row["headers"])) as Readonly<Record<string, string>>;
      return { status: Number(row["status"]), headers, body: String(row["body"]) };
    },
    remember(key, reply) {
      prune();
      insert.run(key, Math.trunc(clock.now()), reply.status, JSON.stringify(reply.headers), reply.body);
      dropSurplus.run(limits.maxReplies);
    },
    prune,
  };
}
