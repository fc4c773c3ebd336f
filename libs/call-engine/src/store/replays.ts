import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@openclaw/telephony-contract";
import type { StoredReply } from "../ports.ts";
import type { LastWrites, Transactions } from "./transactions.ts";

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
  /** Keeps the first reply of a key, with the transaction that is being written. */
  remember(key: string, reply: StoredReply): void;
  /** Drops replies that are too old. Runs in the caller's transaction. */
  prune(): void;
  /** Learns what another process has remembered meanwhile. */
  reload(): void;
}

/** How many replies beyond those that are kept may wait for being dropped together, as a part of those. */
const SURPLUS = 0.1;

/** A reply in a row: the digest of its key alone where it only acknowledged, as most do. */
type StoredEntry = string | readonly [digest: string, status: number, headers: StoredReply["headers"], body: string];

/** Base64 characters of a digest: 132 bits, so that no two keys share one. Keys are many times as long, and only compared. */
const DIGEST_CHARS = 22;

const ACKNOWLEDGED: StoredReply = { status: 200, headers: {}, body: "" };

/**
 * The replay table of a database. Every method throws SQLite's own errors.
 *
 * Every webhook is looked up and almost none is found. So the keys are in memory, and the table is only appended to, by one
 * row for all replies of a transaction: an index on random keys would write a page of the disk for each webhook.
 */
export function createReplayTable(database: DatabaseSync, transactions: Transactions, clock: Clock, limits: ReplayLimits): ReplayTable {
  const { maxReplies, maxAgeMs } = limits;
  const newest = database.prepare("SELECT id, replies FROM replays ORDER BY id DESC");
  const select = database.prepare("SELECT replies FROM replays WHERE id = ? AND stored_at >= ?");
  const insert = database.prepare("INSERT INTO replays (stored_at, replies) VALUES (?, ?)");
  const dropBefore = database.prepare("DELETE FROM replays WHERE id < ?");
  // Ids grow with time, so the search ends at the first row that is young enough.
  const dropOld = database.prepare(
    `DELETE FROM replays WHERE id < coalesce(
       (SELECT id FROM replays WHERE stored_at >= ? ORDER BY id LIMIT 1), (SELECT max(id) + 1 FROM replays))`,
  );
  /** The row of each key's digest, the oldest first. */
  const rows = new Map<string, number>();
  /** Replies of the transaction that is being written. */
  const pending = new Map<string, StoredReply>();
  let pendingRow = 0;
  let surplus = 0;
  /** What was asked for last: whether it was replied to, and then what to reply to it. */
  let lastKey: string | undefined;
  let lastDigest = "";

  function digestOf(key: string): string {
    if (key !== lastKey) lastDigest = hash("sha256", key, "base64").slice(0, DIGEST_CHARS);
    lastKey = key;
    return lastDigest;
  }

  function find(digest: string): StoredReply | undefined {
    const id = rows.get(digest);
    const row = id === undefined ? undefined : select.get(id, clock.now() - maxAgeMs);
    if (row === undefined) return pending.get(digest);
    return replyOf(entriesOf(row).find((entry) => digestIn(entry) === digest));
  }
  function reload(): void {
    const found: [string, number][] = [];
    for (const row of newest.iterate()) {
      if (found.length >= maxReplies) break;
      for (const entry of entriesOf(row).reverse()) found.push([digestIn(entry), Number(row["id"])]);
    }
    rows.clear();
    for (const [digest, id] of found.slice(0, maxReplies).reverse()) rows.set(digest, id);
  }
  /** Forgets the oldest keys. Their rows go now and then. */
  function forgetSurplus(): void {
    for (const digest of rows.keys()) {
      if (rows.size <= maxReplies) return;
      rows.delete(digest);
      surplus += 1;
    }
  }
  function dropSurplus(): void {
    const [oldest] = rows.values();
    if (oldest === undefined || surplus <= maxReplies * SURPLUS) return;
    dropBefore.run(oldest);
    surplus = 0;
  }

  const last: LastWrites = {
    write() {
      const entries: StoredEntry[] = [];
      for (const [digest, reply] of pending) entries.push(entryOf(digest, reply));
      pendingRow = Number(insert.run(Math.trunc(clock.now()), JSON.stringify(entries)).lastInsertRowid);
      dropSurplus();
    },
    settled(failure) {
      for (const digest of failure === undefined ? pending.keys() : []) {
        // Where it was there before, too long ago, its place is now the last.
        rows.delete(digest);
        rows.set(digest, pendingRow);
      }
      pending.clear();
      forgetSurplus();
    },
  };

  reload();
  return {
    find: (key) => find(digestOf(key)),
    remember(key, reply) {
      const digest = digestOf(key);
      if (find(digest) !== undefined) return;
      // A document is more than a key: whoever asks for it again gets it after a power cut as well.
      transactions.atEnd(last, !isAcknowledgement(reply));
      pending.set(digest, reply);
    },
    prune: () => void dropOld.run(clock.now() - maxAgeMs),
    reload,
  };
}

function entryOf(digest: string, reply: StoredReply): StoredEntry {
  return isAcknowledgement(reply) ? digest : [digest, reply.status, reply.headers, reply.body];
}

function isAcknowledgement({ status, headers, body }: StoredReply): boolean {
  if (status !== ACKNOWLEDGED.status || body !== "") return false;
  for (const _ in headers) return false;
  return true;
}

function digestIn(entry: StoredEntry): string {
  return typeof entry === "string" ? entry : entry[0];
}

function replyOf(entry: StoredEntry | undefined): StoredReply | undefined {
  if (entry === undefined) return undefined;
  if (typeof entry === "string") return ACKNOWLEDGED;
  const [, status, headers, body] = entry;
  return { status, headers, body };
}

function entriesOf(row: Readonly<Record<string, unknown>>): StoredEntry[] {
  return JSON.parse(String(row["replies"])) as StoredEntry[];
}
