import { TelephonyError, isTelephonyError } from "@openclaw/telephony-contract";

/** Code of every error that the store throws. */
export const STORE_UNAVAILABLE = "store-unavailable";

/** Primary result codes of SQLite (sqlite.org/rescode.html). The upper bytes of an extended code refine them. */
const SQLITE = { perm: 3, busy: 5, locked: 6, readonly: 8, corrupt: 11, full: 13, cantOpen: 14, notADatabase: 26 } as const;

/** What SQLite and Node say where a person has to change the directory. */
const FORBIDDEN: ReadonlySet<number | string | undefined> = new Set([
  ...[SQLITE.perm, SQLITE.readonly, SQLITE.cantOpen],
  ...["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EISDIR"],
]);

/** SQLite's primary result code of a thrown value, if SQLite threw it. */
function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null | undefined)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

/** Node's code of a thrown value: `ENOSPC`, `EACCES` and so on. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

/** The database's content is not what SQLite wrote. */
export class DamagedDatabase extends Error {
  override readonly name = "DamagedDatabase";
}

/** Whether a thrown value says that the file is damaged, or is no database at all. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return error instanceof DamagedDatabase || code === SQLITE.corrupt || code === SQLITE.notADatabase;
}

/**
 * What the operator reads when the store refuses: `store-unavailable`, with the directory, the configuration key and the
 * remedy. Retryable only where another process merely holds the database for the moment.
 */
export function storeUnavailable(
  directory: string,
  reason: string,
  remedy: string,
  options: { readonly cause?: unknown; readonly retryable?: boolean } = {},
): TelephonyError {
  const message = `The call store in ${directory} (configuration key \`store\`) ${reason}. ${remedy}`;
  return new TelephonyError(STORE_UNAVAILABLE, message, options);
}

/** Any thrown value as `store-unavailable`. An error that is one already stays as it is. */
export function toStoreUnavailable(directory: string, cause: unknown): TelephonyError {
  if (isTelephonyError(cause)) return cause;
  const code = sqliteCode(cause);
  const system = systemCode(cause);
  const refuse = (reason: string, remedy: string, retryable = false): TelephonyError =>
    storeUnavailable(directory, reason, remedy, { cause, retryable });

  if (code === SQLITE.full || system === "ENOSPC" || system === "EDQUOT") {
    return refuse("has no space left on its disk", "Free some space, or set `store` to a directory on another disk.");
  }
  if (code === SQLITE.busy || code === SQLITE.locked) {
    return refuse("is held by another process", "Try again, or end the process that holds it.", true);
  }
  if (isDamage(cause)) {
    return refuse("is damaged", "Restart the Gateway: it keeps the damaged file beside the store and begins a new one.");
  }
  if (FORBIDDEN.has(code) || FORBIDDEN.has(system)) {
    return refuse("cannot be used", "Make it a directory that this user may write, or set `store` to another one.");
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return refuse(`failed: ${detail}`, "Check the disk, or set `store` to another directory.");
}

/** Runs work on the database; whatever it throws comes out as `store-unavailable`. */
export function guarded<Result>(directory: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw toStoreUnavailable(directory, error);
  }
}
