import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "@openclaw/telephony-contract";
import { inTransaction } from "./migrations.ts";

/** A lease whose heartbeat is older than this is dead, and anybody may take it. */
export const LEASE_STALE_MS = 15_000;
/** Time between heartbeats: two may fail before the lease is dead. */
export const LEASE_HEARTBEAT_MS = 5_000;

/** What taking the lease needs. */
export interface LeaseRequest {
  /** Who asks, for people: `gateway`, `cli`. */
  readonly owner: string;
  /**
   * Called once when the lease is no longer ours: another process has it, or the heartbeat could not be written for so long
   * that another may take it. Never called after `release`.
   */
  readonly onLost?: () => void;
}

/** Who holds the lease. */
export interface LeaseHolder {
  readonly owner: string;
  readonly pid: number;
  /** Milliseconds since the epoch. The lease is free at the latest {@link LEASE_STALE_MS} after it. */
  readonly heartbeatAt: number;
}

/** The right to run calls on a store. One process at a time has it; it keeps it by a heartbeat until `release`. */
export interface StoreLease {
  /** Whether it is still ours, by all we know. */
  readonly held: boolean;
  /** Writes a heartbeat now, and tells whether the lease is still ours. A disk that refuses is not yet a loss. */
  renew(): boolean;
  /** Gives it up. Never throws: a lease that cannot be given up goes stale. */
  release(): void;
}

/** The lease of a database. */
export interface LeaseTable {
  /** Takes the lease if it is free or stale. `undefined` if another has it. Throws SQLite's own errors. */
  acquire(request: LeaseRequest): StoreLease | undefined;
  /** Who holds it; `undefined` if it is free or stale. Throws SQLite's own errors. */
  holder(): LeaseHolder | undefined;
  /**
   * Whether this store may write, as seen by the transaction that asks: always, as long as it never took the lease; from
   * then on only while it holds it. A process that slept through its lease so cannot write into its successor's calls.
   */
  mayWrite(): boolean;
  /** Gives up whatever lease this table holds. Never throws. */
  release(): void;
}

/** The lease of a database, by the given clock. */
export function createLeaseTable(database: DatabaseSync, clock: Clock): LeaseTable {
  const select = database.prepare("SELECT owner, pid, heartbeat_at FROM lease WHERE id = 1");
  const take = database.prepare(
    `INSERT INTO lease (id, token, owner, pid, heartbeat_at) VALUES (1, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET token = excluded.token, owner = excluded.owner, pid = excluded.pid,
       heartbeat_at = excluded.heartbeat_at`,
  );
  const beat = database.prepare("UPDATE lease SET heartbeat_at = ? WHERE token = ?");
  const drop = database.prepare("DELETE FROM lease WHERE token = ?");
  const owns = database.prepare("SELECT 1 FROM lease WHERE token = ?");
  let current: { readonly token: string; readonly lease: StoreLease } | undefined;

  function holder(): LeaseHolder | undefined {
    const row = select.get();
    if (row === undefined) return undefined;
    const heartbeatAt = Number(row["heartbeat_at"]);
    // A heartbeat from far ahead was written before the machine's clock went back: dead as well.
    if (Math.abs(clock.now() - heartbeatAt) > LEASE_STALE_MS) return undefined;
    // Who was killed did not give it up: its successor need not wait for the heartbeat to go stale.
    if (isGone(Number(row["pid"]))) return undefined;
    return { owner: String(row["owner"]), pid: Number(row["pid"]), heartbeatAt };
  }

  function acquire(request: LeaseRequest): StoreLease | undefined {
    const token = randomUUID();
    const taken = inTransaction(database, () => {
      if (holder() !== undefined) return false;
      take.run(token, request.owner, process.pid, Math.trunc(clock.now()));
      return true;
    });
    if (!taken) return undefined;
    const lease = keep(token, request.onLost);
    current = { token, lease };
    return lease;
  }

  function keep(token: string, onLost: (() => void) | undefined): StoreLease {
    let held = true;
    let renewedAt = clock.monotonic();
    let cancel = clock.schedule(LEASE_HEARTBEAT_MS, tick);

    function lose(): void {
      held = false;
      cancel();
      onLost?.();
    }
    function renew(): boolean {
      if (!held) return false;
      try {
        if (beat.run(Math.trunc(clock.now()), token).changes === 0) lose();
        else renewedAt = clock.monotonic();
      } catch {
        // The disk refuses: ours until it may be another's.
        if (clock.monotonic() - renewedAt >= LEASE_STALE_MS) lose();
      }
      return held;
    }
    function tick(): void {
      if (renew()) cancel = clock.schedule(LEASE_HEARTBEAT_MS, tick);
    }

    return {
      get held() {
        return held;
      },
      renew,
      release() {
        cancel();
        if (!held) return;
        held = false;
        try {
          drop.run(token);
        } catch {
          // Stale in a quarter of a minute.
        }
      },
    };
  }

  return {
    acquire,
    holder,
    mayWrite: () => current === undefined || owns.get(current.token) !== undefined,
    release: () => current?.lease.release(),
  };
}

/** Whether there is no such process on this machine any more. One that may not be asked is there. */
function isGone(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
