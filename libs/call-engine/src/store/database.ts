import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { Clock, Logger } from "@openclaw/telephony-contract";
import { DamagedDatabase, guarded, isDamage, storeUnavailable } from "./errors.ts";
import { NewerDatabase, migrate, refuseNewer } from "./migrations.ts";

/** Name of the database in the store's directory. */
export const DATABASE_FILE = "calls.db";

/** Where SQLite writes what was committed, until it moves it into the database. There for as long as that is open. */
export const WRITE_AHEAD_LOG_FILE = `${DATABASE_FILE}-wal`;

/**
 * How long a statement waits for another process's transaction. Ours take milliseconds; the event loop stands still
 * meanwhile, so it is not long.
 */
export const BUSY_TIMEOUT_MS = 1_000;

/**
 * Memory for pages of the database, in KiB, a quarter of SQLite's own: changes touch the same few pages again and again, and
 * what is read beside them the system has.
 */
const CACHE_KIB = 512;

/**
 * Opens the database for writing, and creates directory (0700) and file (0600) where they are missing. A damaged database
 * is kept beside the new one as `calls.db.corrupt-<time>` and reported once.
 * Throws `store-unavailable`.
 */
export function openDatabase(
  directory: string,
  clock: Clock,
  log: Logger,
  busyTimeoutMs: number = BUSY_TIMEOUT_MS,
): DatabaseSync {
  return guarded(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = join(directory, DATABASE_FILE);
    try {
      return connect(file, directory, busyTimeoutMs);
    } catch (error) {
      if (!isDamage(error)) throw error;
      const kept = setAside(file, clock);
      log.error("The call store's database is damaged: it is kept, and a new one begins without its calls", { file: kept });
      return connect(file, directory, busyTimeoutMs);
    }
  });
}

/** Opens the database for reading, or gives `undefined` where there is none. Creates no file. Throws `store-unavailable`. */
export function openDatabaseReadOnly(directory: string): DatabaseSync | undefined {
  const file = join(directory, DATABASE_FILE);
  if (!existsSync(file)) return undefined;
  return guarded(directory, () => {
    // Without a write-ahead log nobody is writing. Only then is "immutable" true; it keeps SQLite from creating one.
    const location = pathToFileURL(file);
    if (!existsSync(`${file}-wal`)) location.searchParams.set("immutable", "1");
    return closedOnFailure(new DatabaseSync(location, { readOnly: true, timeout: BUSY_TIMEOUT_MS }), (database) => {
      explainNewer(directory, () => refuseNewer(database));
    });
  });
}

function connect(file: string, directory: string, busyTimeoutMs: number): DatabaseSync {
  makePrivate(file);
  return closedOnFailure(new DatabaseSync(file, { timeout: busyTimeoutMs }), (database) => {
    explainNewer(directory, () => refuseNewer(database));
    // NORMAL: a commit outlives this process, and does not wait for the disk. `Transactions` has it flushed behind.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608;");
    database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    requireSound(database);
    migrate(database);
  });
}

/** SQLite gives its own side files the permissions of the database, so that this one file decides. */
function makePrivate(file: string): void {
  closeSync(openSync(file, "a", 0o600));
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
}

/** About 100 ms for the 10,000 calls that are kept at most by default; far less as a rule. */
function requireSound(database: DatabaseSync): void {
  const finding = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (finding !== "ok") throw new DamagedDatabase(String(finding));
}

function setAside(file: string, clock: Clock): string {
  const time = new Date(clock.now()).toISOString().replaceAll(/[-:.]/g, "");
  let kept = `${file}.corrupt-${time}`;
  for (let copy = 2; existsSync(kept); copy += 1) kept = `${file}.corrupt-${time}-${copy}`;
  renameSync(file, kept);
  // The side files hold the latest changes. They are found by name, so they move along.
  for (const suffix of ["-wal", "-shm"]) {
    if (existsSync(file + suffix)) renameSync(file + suffix, kept + suffix);
  }
  return kept;
}

function explainNewer(directory: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof NewerDatabase)) throw error;
    const reason = `was written by a later release (version ${error.found}; this one knows ${error.supported})`;
    throw storeUnavailable(directory, reason, "Update the plugin, or set `store` to another directory.", { cause: error });
  }
}

function closedOnFailure(database: DatabaseSync, prepare: (database: DatabaseSync) => void): DatabaseSync {
  try {
    prepare(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
