import type { DatabaseSync } from "node:sqlite";

/** One step from a version to the next, as SQL. Never changed once released: a mistake gets a step of its own. */
export type Migration = string;

/**
 * The steps, in order: the database's `user_version` is the number of steps that it has seen. Times are milliseconds since
 * the epoch.
 */
export const MIGRATIONS: readonly Migration[] = [
  // 1: the first release. `record` is the whole call as JSON; the columns beside it are those that are searched.
  `CREATE TABLE calls (
     id INTEGER PRIMARY KEY,
     call_id TEXT NOT NULL UNIQUE,
     seq INTEGER NOT NULL,
     changed_at INTEGER NOT NULL,
     lifecycle TEXT NOT NULL,
     carrier TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     ended_at INTEGER,
     record TEXT NOT NULL CHECK (json_valid(record))
   ) STRICT;
   CREATE UNIQUE INDEX calls_by_seq ON calls (seq);
   CREATE INDEX calls_by_creation ON calls (created_at);
   CREATE INDEX calls_open ON calls (created_at) WHERE ended_at IS NULL;
   CREATE INDEX calls_by_end ON calls (ended_at) WHERE ended_at IS NOT NULL;

   CREATE TABLE aliases (
     carrier TEXT NOT NULL,
     carrier_id TEXT NOT NULL,
     call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE,
     PRIMARY KEY (carrier, carrier_id)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX aliases_by_call ON aliases (call_id);

   CREATE TABLE event_keys (
     call_id TEXT NOT NULL REFERENCES calls (call_id) ON DELETE CASCADE,
     key TEXT NOT NULL,
     PRIMARY KEY (call_id, key)
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE sequence (id INTEGER PRIMARY KEY CHECK (id = 1), value INTEGER NOT NULL) STRICT;
   INSERT INTO sequence (id, value) VALUES (1, 0);

   CREATE TABLE replays (
     id INTEGER PRIMARY KEY,
     key TEXT NOT NULL UNIQUE,
     stored_at INTEGER NOT NULL,
     status INTEGER NOT NULL,
     headers TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX replays_by_age ON replays (stored_at);

   CREATE TABLE lease (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     token TEXT NOT NULL,
     owner TEXT NOT NULL,
     pid INTEGER NOT NULL,
     heartbeat_at INTEGER NOT NULL
   ) STRICT;`,

  // 2: callers whom the owner let in or turned away, and callers who ask.
  `CREATE TABLE paired_callers (
     number TEXT PRIMARY KEY,
     decision TEXT NOT NULL CHECK (decision IN ('approved', 'refused')),
     decided_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;

   CREATE TABLE pairing_requests (
     number TEXT PRIMARY KEY,
     code TEXT NOT NULL UNIQUE,
     dialled TEXT NOT NULL,
     attestation TEXT,
     requested_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;`,

  // 3: what every webhook writes, in few pages of the disk. Replies have no index, so that a new one is only appended:
  // their keys are looked up in memory. Events are told apart by digests, which SQL cannot make: those from before go.
  `CREATE TABLE appended_replays (
     id INTEGER PRIMARY KEY,
     key TEXT NOT NULL,
     stored_at INTEGER NOT NULL,
     status INTEGER NOT NULL,
     headers TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   INSERT INTO appended_replays SELECT id, key, stored_at, status, headers, body FROM replays ORDER BY id;
   DROP TABLE replays;
   ALTER TABLE appended_replays RENAME TO replays;

   DROP TABLE event_keys;
   CREATE TABLE event_keys (
     call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE,
     digest INTEGER NOT NULL,
     PRIMARY KEY (call, digest)
   ) STRICT, WITHOUT ROWID;`,

  // 4: one row for all replies of a transaction: a JSON array of digests of their keys, or of digest, status, headers and
  // body where a reply did more than acknowledge. SQL cannot make digests: those from before go.
  `DROP TABLE replays;
   CREATE TABLE replays (id INTEGER PRIMARY KEY, stored_at INTEGER NOT NULL, replies TEXT NOT NULL) STRICT;`,

  // 5: the same for events: one row for all keys of a transaction, a JSON array of digests, those of each call behind its id.
  `CREATE TABLE appended_keys (id INTEGER PRIMARY KEY, stored_at INTEGER NOT NULL, keys TEXT NOT NULL) STRICT;
   INSERT INTO appended_keys (stored_at, keys)
     SELECT calls.changed_at, '[' || json_quote(calls.call_id) || ',' || group_concat(event_keys.digest) || ']'
       FROM event_keys JOIN calls ON calls.id = event_keys.call GROUP BY calls.id ORDER BY calls.changed_at;
   DROP TABLE event_keys;
   ALTER TABLE appended_keys RENAME TO event_keys;`,

  // 6: keys of events and of webhooks that were acknowledged, in one row for all of a transaction: digests of 6 bytes, behind
  // each other. The id is the number of keys until then. Replies that said more have a table of their own. SQL cannot make
  // these digests: those from before go.
  `DROP TABLE event_keys;
   DROP TABLE replays;
   CREATE TABLE keys (id INTEGER PRIMARY KEY, stored_at INTEGER NOT NULL, digests BLOB NOT NULL) STRICT;
   CREATE TABLE replies (
     id INTEGER PRIMARY KEY,
     stored_at INTEGER NOT NULL,
     digest INTEGER NOT NULL,
     status INTEGER NOT NULL,
     headers TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;`,
];

/** A later release of the telephone has written this database. */
export class NewerDatabase extends Error {
  override readonly name = "NewerDatabase";
  readonly found: number;
  readonly supported: number;

  constructor(found: number, supported: number) {
    super(`database version ${found}, while this release knows ${supported}`);
    this.found = found;
    this.supported = supported;
  }
}

/** Version of the database: how many migrations it has seen. 0 for an empty file. */
export function databaseVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

/** Throws {@link NewerDatabase} if a later release has written the database. Changes nothing. */
export function refuseNewer(database: DatabaseSync, migrations: readonly Migration[] = MIGRATIONS): void {
  const found = databaseVersion(database);
  if (found > migrations.length) throw new NewerDatabase(found, migrations.length);
}

/**
 * Brings the database to the newest version, every step in a transaction of its own: a step that fails leaves the version
 * before it. Two processes may do this at once; each step is taken by one of them.
 */
export function migrate(database: DatabaseSync, migrations: readonly Migration[] = MIGRATIONS): void {
  refuseNewer(database, migrations);
  while (databaseVersion(database) < migrations.length) {
    inTransaction(database, () => {
      // Read again under the write lock: another process may have taken the step meanwhile.
      const version = databaseVersion(database);
      const migration = migrations[version];
      if (migration === undefined) return;
      database.exec(migration);
      database.exec(`PRAGMA user_version = ${version + 1}`);
    });
  }
}

/** Runs work as one transaction that takes the write lock at its begin. Whatever is thrown undoes all of it. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite undoes some failures by itself, a full disk among them.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
