import { join } from "node:path";
import type { Clock, Logger } from "@openclaw/telephony-contract";
import { type CallReader, createCallReader } from "./call-reader.ts";
import { type OwnedCallStore, continueSequenceAfter, createCallStore, createJournalSource } from "./call-store.ts";
import { WRITE_AHEAD_LOG_FILE, openDatabase, openDatabaseReadOnly } from "./database.ts";
import { createDisk } from "./disk.ts";
import { guarded, storeUnavailable } from "./errors.ts";
import { lastSeqOf } from "./journal-file.ts";
import { DEFAULT_JOURNAL_LIMITS, JOURNAL_FILE, type JournalLimits, createJournal } from "./jsonl.ts";
import { MAX_KEYS, createKeyTable } from "./keys.ts";
import { createLeaseTable } from "./lease.ts";
import { databaseVersion } from "./migrations.ts";
import { createPairingTables } from "./pairing.ts";
import { DEFAULT_REPLAY_LIMITS, type ReplayLimits, createReplayTable } from "./replays.ts";
import { DEFAULT_RETENTION, type Retention, createPruner } from "./retention.ts";
import { Transactions } from "./transactions.ts";

/** Where and how calls are kept. */
export interface CallStoreOptions {
  /** Created, with mode 0700, where it is missing. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retention?: Partial<Retention>;
  readonly replays?: Partial<ReplayLimits>;
  readonly journal?: Partial<JournalLimits>;
  /** How long a write waits for another process's write, while the event loop stands still. Milliseconds. Default 1000. */
  readonly busyTimeoutMs?: number;
}

/**
 * Opens the store in a directory, and creates it where there is none: `calls.db` is the truth, `calls.jsonl` follows it.
 * Opening does not take the lease. Throws `store-unavailable`, with the remedy, also for a store of a later release.
 */
export function openCallStore(options: CallStoreOptions): OwnedCallStore {
  const { directory, clock, log } = options;
  const retention = { ...DEFAULT_RETENTION, ...options.retention };
  const database = openDatabase(directory, clock, log, options.busyTimeoutMs);
  const journalFile = join(directory, JOURNAL_FILE);
  return guarded(directory, () => {
    try {
      continueSequenceAfter(database, lastSeqOrNone(journalFile));
      const lease = createLeaseTable(database, clock);
      const requireLease = () => {
        if (!lease.mayWrite()) throw storeUnavailable(directory, "is now run by another process", "End the process that should not run calls.");
      };
      const disk = createDisk(join(directory, WRITE_AHEAD_LOG_FILE), log);
      const transactions = new Transactions(database, requireLease, () => disk.flush());
      const keys = createKeyTable(database, transactions, clock, { maxKeys: MAX_KEYS, maxAgeMs: retention.eventKeysMs });
      const journalLimits = { ...DEFAULT_JOURNAL_LIMITS, ...options.journal };
      return createCallStore({
        directory,
        database,
        clock,
        log,
        journal: createJournal(journalFile, createJournalSource(database), log, journalLimits),
        lease,
        transactions,
        disk,
        keys,
        replays: createReplayTable(database, transactions, clock, keys, { ...DEFAULT_REPLAY_LIMITS, ...options.replays }),
        pairing: createPairingTables(database, clock),
        prune: createPruner(database, retention),
        journalMaxAgeMs: retention.endedCallsMs,
      });
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** A store that is only looked at, while another process may be writing it. */
export interface ReadOnlyCallStore extends CallReader {
  close(): void;
}

/**
 * Opens the store for reading: `undefined` where there is none. Creates no file, takes no lease, waits for no writer. Meant
 * for one command, not for a process that stays. It and the methods throw `store-unavailable`.
 */
export function openCallStoreReadOnly(directory: string): ReadOnlyCallStore | undefined {
  const database = openDatabaseReadOnly(directory);
  if (database === undefined) return undefined;
  return guarded(directory, () => {
    // A file that its creator has not yet filled.
    if (databaseVersion(database) === 0) {
      database.close();
      return undefined;
    }
    const reader = createCallReader(database, () => undefined);
    let closed = false;
    return {
      get: (callId) => guarded(directory, () => reader.get(callId)),
      findByCarrierId: (carrier, carrierId) => guarded(directory, () => reader.findByCarrierId(carrier, carrierId)),
      open: () => guarded(directory, () => reader.open()),
      recent: (limit) => guarded(directory, () => reader.recent(limit)),
      close() {
        if (closed) return;
        closed = true;
        database.close();
      },
    };
  });
}

/** A journal that cannot be read does not keep the store from opening: it is the copy. */
function lastSeqOrNone(journalFile: string): number {
  try {
    return lastSeqOf(journalFile);
  } catch {
    return 0;
  }
}
