import type { DatabaseSync } from "node:sqlite";
import type { Attestation, Clock } from "@openclaw/telephony-contract";
import type { PairedCaller, PairingDecision, PairingRequest, PairingStore } from "../policy/pairing-types.ts";

/** Where pairing is kept in the database. */
export interface PairingTables extends PairingStore {
  /** Drops requests that have expired. */
  prune(): void;
}

/** The pairing tables of a database. Writing runs in the caller's transaction. Every method throws SQLite's own errors. */
export function createPairingTables(database: DatabaseSync, clock: Clock): PairingTables {
  const selectDecision = database.prepare("SELECT decision FROM paired_callers WHERE number = ?");
  const selectDecisions = database.prepare("SELECT number, decision, decided_at FROM paired_callers ORDER BY decided_at DESC, number");
  const upsertDecision = database.prepare(
    `INSERT INTO paired_callers (number, decision, decided_at) VALUES (?, ?, ?)
     ON CONFLICT (number) DO UPDATE SET decision = excluded.decision, decided_at = excluded.decided_at`,
  );
  const deleteDecision = database.prepare("DELETE FROM paired_callers WHERE number = ?");
  const selectRequests = database.prepare(
    `SELECT number, code, dialled, attestation, requested_at, expires_at FROM pairing_requests
     WHERE expires_at > ? ORDER BY requested_at, number`,
  );
  const insertRequest = database.prepare(
    `INSERT INTO pairing_requests (number, code, dialled, attestation, requested_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (number) DO UPDATE SET code = excluded.code, dialled = excluded.dialled,
       attestation = excluded.attestation, requested_at = excluded.requested_at, expires_at = excluded.expires_at`,
  );
  const deleteRequest = database.prepare("DELETE FROM pairing_requests WHERE number = ?");
  const deleteExpired = database.prepare("DELETE FROM pairing_requests WHERE expires_at <= ?");
  const now = (): number => Math.trunc(clock.now());

  return {
    decisionOn: (number) => selectDecision.get(number)?.["decision"] as PairingDecision | undefined,
    decisions: () => selectDecisions.all().map(toCaller),
    decide({ number, decision, decidedAt }) {
      upsertDecision.run(number, decision, Math.trunc(decidedAt));
      deleteRequest.run(number);
    },
    forget: (number) => deleteDecision.run(number).changes > 0,
    requests: () => selectRequests.all(now()).map(toRequest),
    request({ number, code, dialled, attestation, requestedAt, expiresAt }) {
      insertRequest.run(number, code, dialled, attestation ?? null, Math.trunc(requestedAt), Math.trunc(expiresAt));
    },
    prune: () => void deleteExpired.run(now()),
  };
}

type Row = Readonly<Record<string, unknown>>;

function toCaller(row: Row): PairedCaller {
  return { number: String(row["number"]), decision: row["decision"] as PairingDecision, decidedAt: Number(row["decided_at"]) };
}

function toRequest(row: Row): PairingRequest {
  const attestation = row["attestation"];
  return {
    code: String(row["code"]),
    number: String(row["number"]),
    dialled: String(row["dialled"]),
    ...(typeof attestation === "string" && { attestation: attestation as Attestation }),
    requestedAt: Number(row["requested_at"]),
    expiresAt: Number(row["expires_at"]),
  };
}
