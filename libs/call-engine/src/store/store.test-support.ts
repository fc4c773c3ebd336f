import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { LogFields, Logger } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import type { CallRecord } from "../record.ts";
import type { OwnedCallStore } from "./call-store.ts";
import { type CallStoreOptions, openCallStore } from "./open.ts";

export const DAY_MS = 24 * 3_600_000;

/** A directory that goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "call-store-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));
  return directory;
}

/** A log that keeps what it is told. */
export function recordingLog(): Logger & { readonly lines: { level: string; message: string; fields?: LogFields | undefined }[] } {
  const lines: { level: string; message: string; fields?: LogFields | undefined }[] = [];
  const at = (level: string) => (message: string, fields?: LogFields) => void lines.push({ level, message, fields });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Opens a store that is closed with the test at the latest. */
export function openForTest(directory: string, options: Partial<CallStoreOptions> = {}): OwnedCallStore {
  const store = openCallStore({ directory, clock: createVirtualClock(), log: recordingLog(), ...options });
  onTestFinished(async () => {
    store.close();
    await store.flush();
  });
  return store;
}

/** A live outbound call. */
export function callRecord(callId: string, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    callId,
    direction: "outbound",
    lifecycle: "active",
    carrier: "acme",
    mode: "conversation",
    audioMode: "streaming",
    from: "+15550001111",
    to: "+15550002222",
    carrierIds: [`carrier-${callId}`],
    createdAt: 1_000,
    history: [{ state: "initiated", at: 1_000 }],
    transcript: [],
    deadlines: { ringBy: 2_000, endBy: 3_000 },
    revision: 1,
    ...changes,
  };
}

/** A call that is over. */
export function endedRecord(callId: string, endedAt: number, changes: Partial<CallRecord> = {}): CallRecord {
  return callRecord(callId, { lifecycle: "ended", endedAt, createdAt: endedAt - 10, endReason: "completed", ...changes });
}


