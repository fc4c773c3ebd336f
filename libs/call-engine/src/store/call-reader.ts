import type { DatabaseSync } from "node:sqlite";
import type { CallRecord } from "../record.ts";

/** Calls as the database has them. Every method throws SQLite's own errors. */
export interface CallReader {
  get(callId: string): CallRecord | undefined;
  /** The call that a carrier knows by this id, finished ones included. */
  findByCarrierId(carrier: string, carrierId: string): string | undefined;
  /** Calls that are not over, oldest first. */
  open(): readonly CallRecord[];
  /** The latest calls, newest first. */
  recent(limit: number): readonly CallRecord[];
}

/**
 * Reads calls. A row that is no JSON can only be disk damage: it is left out, so that the other calls stay readable, and
 * reported with its call id.
 */
export function createCallReader(database: DatabaseSync, onUnreadable: (callId: string) => void): CallReader {
  const byId = database.prepare("SELECT call_id, record FROM calls WHERE call_id = ?");
  const byAlias = database.prepare("SELECT call_id FROM aliases WHERE carrier = ? AND carrier_id = ?");
  const open = database.prepare("SELECT call_id, record FROM calls WHERE ended_at IS NULL ORDER BY created_at, id");
  const recent = database.prepare("SELECT call_id, record FROM calls ORDER BY created_at DESC, id DESC LIMIT ?");

  function read(row: Row | undefined): CallRecord | undefined {
    if (row === undefined) return undefined;
    try {
      return JSON.parse(String(row["record"])) as CallRecord;
    } catch {
      onUnreadable(String(row["call_id"]));
      return undefined;
    }
  }
  function readAll(rows: readonly Row[]): readonly CallRecord[] {
    return rows.map(read).filter((record) => record !== undefined);
  }

  return {
    get: (callId) => read(byId.get(callId)),
    findByCarrierId: (carrier, carrierId) => byAlias.get(carrier, carrierId)?.["call_id"] as string | undefined,
    open: () => readAll(open.all()),
    recent: (limit) => readAll(recent.all(Math.max(0, Math.trunc(limit)))),
  };
}

type Row = Readonly<Record<string, unknown>>;
