import type { DatabaseSync } from "node:sqlite";
import type { Clock, Logger } from "@openclaw/telephony-contract";
import type { CallStore, StoreChange } from "../ports.ts";
import { isEnded } from "../record.ts";
import { createCallReader } from "./call-reader.ts";
import { createDigester } from "./digests.ts";
import type { Disk } from "./disk.ts";
import { guarded, storeUnavailable, toStoreUnavailable } from "./errors.ts";
import { type Journal, type JournalEntry, type JournalSource, journalLine } from "./jsonl.ts";
import type { KeyTable } from "./keys.ts";
import type { LeaseHolder, LeaseRequest, LeaseTable, StoreLease } from "./lease.ts";
import type { PairingTables } from "./pairing.ts";
import type { ReplayTable } from "./replays.ts";
import type { Pruner } from "./retention.ts";
import type { Transactions } from "./transactions.ts";

/** The store of the process that runs the calls, or wants to. */
export interface OwnedCallStore extends CallStore {
  /**
   * Takes the right to run calls on this store; `undefined` while another process has it. Whoever once took it can write
   * only while it holds it. Closing the store releases it. Throws `store-unavailable`.
   */
  acquireLease(request: LeaseRequest): StoreLease | undefined;
  /** Who has that right; `undefined` if nobody does. Throws `store-unavailable`. */
  leaseHolder(): LeaseHolder | undefined;
  /** Resolves when `calls.jsonl` has everything that was committed, or cannot be written. Works after `close` as well. */
  flush(): Promise<void>;
}

/** What a store is made of. */
export interface CallStoreParts {
  readonly directory: string;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly log: Logger;
  readonly journal: Journal;
  readonly lease: LeaseTable;
  readonly transactions: Transactions;
  readonly disk: Disk;
  readonly keys: KeyTable;
  readonly replays: ReplayTable;
  readonly pairing: PairingTables;
  readonly prune: Pruner;
  /** Age at which lines leave `calls.jsonl`, in milliseconds. */
  readonly journalMaxAgeMs: number;
}

/** The store over an open database. */
export function createCallStore(parts: CallStoreParts): OwnedCallStore {
  const { directory, database, clock, log, journal, lease, transactions, disk, keys, replays, pairing } = parts;
  /** An event's key within its call. */
  const digestOf = createDigester();
  const nextSeq = database.prepare("UPDATE sequence SET value = value + 1 RETURNING value");
  const upsertCall = database.prepare(
    `INSERT INTO calls (call_id, seq, changed_at, lifecycle, carrier, created_at, ended_at, record)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (call_id) DO UPDATE SET seq = excluded.seq, changed_at = excluded.changed_at,
       lifecycle = excluded.lifecycle, carrier = excluded.carrier, created_at = excluded.created_at,
       ended_at = excluded.ended_at, record = excluded.record`,
  );
  // A carrier that gives an id a second time means its new call. A live call never loses its id.
  const insertAlias = database.prepare(
    `INSERT INTO aliases (carrier, carrier_id, call_id) VALUES (?, ?, ?)
     ON CONFLICT (carrier, carrier_id) DO UPDATE SET call_id = excluded.call_id
       WHERE (SELECT ended_at FROM calls WHERE calls.call_id = aliases.call_id) IS NOT NULL`,
  );
  const outboundTimes = database.prepare(
    `SELECT created_at FROM calls WHERE created_at > ? AND record ->> '$.direction' = 'outbound'
     ORDER BY created_at DESC LIMIT ?`,
  );
  const reader = createCallReader(database, (callId) => {
    log.error("A call in the store is damaged and left out", { callId });
  });
  let closed = false;

  function read<Result>(work: () => Result): Result {
    return guarded(directory, () => {
      if (closed) throw storeUnavailable(directory, "is closed", "Start the telephone again.");
      return work();
    });
  }

  /** One transaction, by the process that has the lease. */
  function write<Result>(work: () => Result): Result {
    return guarded(directory, () => transactions.run(work));
  }

  /** Keeps mere keys: in the transaction that is being written, or in one of their own. */
  function keep(work: () => void): void {
    guarded(directory, () => transactions.together(work));
  }

  function save({ record, eventKeys = [] }: StoreChange, json: string): JournalEntry {
    const seq = Number(nextSeq.get()?.["value"]);
    const at = Math.trunc(clock.now());
    // The column decides what is open. `createdAt` stands in for an end that nobody saw.
    const endedAt = isEnded(record) ? Math.trunc(record.endedAt ?? record.createdAt) : null;
    const createdAt = Math.trunc(record.createdAt);
    upsertCall.run(record.callId, seq, at, record.lifecycle, record.carrier, createdAt, endedAt, json);
    for (const carrierId of record.carrierIds) insertAlias.run(record.carrier, carrierId, record.callId);
    for (const digest of eventKeys.map((key) => digestOf(record.callId, key))) keys.add(digest);
    return { seq, line: journalLine(seq, at, json) };
  }

  return {
    commit(change) {
      const json = JSON.stringify(change.record);
      const entry = write(() => save(change, json));
      transactions.whenSettled((failure) => {
        if (failure === undefined) journal.append(entry);
      });
    },
    together: (work) => guarded(directory, () => transactions.together(work)),
    whenSettled(settled) {
      transactions.whenSettled((failure) => settled(failure === undefined ? undefined : toStoreUnavailable(directory, failure)));
    },
    get: (callId) => read(() => reader.get(callId)),
    findByCarrierId: (carrier, carrierId) => read(() => reader.findByCarrierId(carrier, carrierId)),
    open: () => read(() => reader.open()),
    recent: (limit) => read(() => reader.recent(limit)),
    outboundSince: (since, most) => read(() => outboundTimes.all(since, most).map((row) => Number(row["created_at"]))),
    hasEvent: (callId, eventKey) => read(() => keys.has(digestOf(callId, eventKey))),
    rememberEvent: (callId, eventKey) => keep(() => keys.add(digestOf(callId, eventKey))),
    replayOf: (key) => read(() => replays.find(key)),
    rememberReply: (key, reply) => keep(() => replays.remember(key, reply)),
    pairing: {
      decisionOn: (number) => read(() => pairing.decisionOn(number)),
      decisions: () => read(() => pairing.decisions()),
      decide: (caller) => write(() => pairing.decide(caller)),
      forget: (number) => write(() => pairing.forget(number)),
      requests: () => read(() => pairing.requests()),
      request: (request) => write(() => pairing.request(request)),
    },
    prune() {
      const now = clock.now();
      write(() => {
        parts.prune(now);
        replays.prune();
        keys.prune();
        pairing.prune();
      });
      guarded(directory, () => keys.reload());
      journal.prune(now - parts.journalMaxAgeMs);
    },
    acquireLease(request) {
      const acquired = guarded(directory, () => lease.acquire(request));
      if (acquired === undefined) return undefined;
      guarded(directory, () => {
        replays.reload();
        keys.reload();
      });
      // Its last holder may have died between a commit and the line for it.
      journal.catchUp();
      return acquired;
    },
    leaseHolder: () => read(() => lease.holder()),
    flush: async () => void (await Promise.all([journal.flush(), disk.idle()])),
    close() {
      if (closed) return;
      closed = true;
      journal.close();
      disk.close();
      lease.release();
      database.close();
    },
  };
}

/** What the journal reads of the database. Throws SQLite's own errors. */
export function createJournalSource(database: DatabaseSync): JournalSource {
  const after = database.prepare("SELECT seq, changed_at, record FROM calls WHERE seq > ? ORDER BY seq LIMIT ?");
  const latest = database.prepare("SELECT value FROM sequence");
  return {
    after: (seq, limit) =>
      after.all(seq, limit).map((row) => {
        const rowSeq = Number(row["seq"]);
        return { seq: rowSeq, line: journalLine(rowSeq, Number(row["changed_at"]), String(row["record"])) };
      }),
    latest: () => Number(latest.get()?.["value"] ?? 0),
  };
}

/** Lets the sequence go on after `seq`: the numbers in `calls.jsonl` then only grow, also after a lost database. */
export function continueSequenceAfter(database: DatabaseSync, seq: number): void {
  database.prepare("UPDATE sequence SET value = ? WHERE value < ?").run(seq, seq);
}
