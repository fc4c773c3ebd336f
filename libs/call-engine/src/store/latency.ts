import type { CallRecord, TurnLatency } from "../record.ts";
import { linesFromEnd } from "./lines.ts";

/** What is needed of a call's record. */
export interface LatencyRecord {
  readonly callId: string;
  readonly transcript: readonly Pick<CallRecord["transcript"][number], "turnLatencyMs" | "listenWaitMs" | "latency">[];
}

/** Spread of a duration over turns. Milliseconds, whole numbers; `null` if no turn has it. */
export interface LatencySpread {
  /** Turns that have it. */
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly avg: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** How fast the telephone answers. */
export interface LatencySummary {
  /** Calls that were looked at, with turns or without. */
  readonly recordsScanned: number;
  /** From the end of the caller's words to our first word on the line. */
  readonly turnLatency: LatencySpread;
  /** From the begin of listening to the caller's answer. */
  readonly listenWait: LatencySpread;
  /** Over live audio: from the end of the caller's words until each station of the answer, in their order. */
  readonly stations: Readonly<Record<Station, LatencySpread>>;
}

type Station = keyof TurnLatency;

const STATIONS: readonly Station[] = ["finalTranscriptMs", "firstTokenMs", "firstSentenceMs", "firstAudioMs", "firstFrameSentMs", "firstFrameHeardMs"];

/** Sums up the turns of calls. */
export function summarizeLatency(records: readonly LatencyRecord[]): LatencySummary {
  const turns = records.flatMap((record) => record.transcript);
  return {
    recordsScanned: records.length,
    turnLatency: spread(turns.map((turn) => turn.turnLatencyMs)),
    listenWait: spread(turns.map((turn) => turn.listenWaitMs)),
    stations: Object.fromEntries(STATIONS.map((station) => [station, spread(turns.map(({ latency }) => latency?.[station]))])) as Record<Station, LatencySpread>,
  };
}

/**
 * The latest calls of a `calls.jsonl`, at most `last`, the one that changed first foremost. Of each call the latest line
 * counts. Lines that are no records are skipped, and the last line need not be ended. No file is no calls; other failures
 * throw Node's own errors.
 */
export function readRecentRecords(file: string, last: number): readonly LatencyRecord[] {
  const records = new Map<string, LatencyRecord>();
  if (last < 1) return [];
  for (const line of linesFromEnd(file)) {
    const record = parseRecord(line);
    if (record === undefined || records.has(record.callId)) continue;
    records.set(record.callId, record);
    if (records.size >= last) break;
  }
  return [...records.values()].reverse();
}

function parseRecord(line: string): LatencyRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value) || typeof value["callId"] !== "string") return undefined;
  const turns: readonly unknown[] = Array.isArray(value["transcript"]) ? value["transcript"] : [];
  return {
    callId: value["callId"],
    transcript: turns.filter(isObject).map((turn) => ({
      ...(isDuration(turn["turnLatencyMs"]) && { turnLatencyMs: turn["turnLatencyMs"] }),
      ...(isDuration(turn["listenWaitMs"]) && { listenWaitMs: turn["listenWaitMs"] }),
      ...(isObject(turn["latency"]) && { latency: stationsOf(turn["latency"]) }),
    })),
  };
}

function stationsOf(written: Readonly<Record<string, unknown>>): TurnLatency {
  return Object.fromEntries(STATIONS.filter((station) => isDuration(written[station])).map((station) => [station, written[station]]));
}

function spread(values: readonly (number | undefined)[]): LatencySpread {
  const sorted = values.filter(isDuration).sort((one, other) => one - other);
  const rounded = (value: number | undefined): number | null => (value === undefined ? null : Math.round(value));
  // Nearest rank: the smallest value that at least this part of all values does not exceed.
  const percentile = (part: number): number | null => rounded(sorted[Math.ceil((part / 100) * sorted.length) - 1]);
  const sum = sorted.reduce((total, value) => total + value, 0);
  return {
    count: sorted.length,
    min: rounded(sorted[0]),
    max: rounded(sorted.at(-1)),
    avg: sorted.length === 0 ? null : Math.round(sum / sorted.length),
    p50: percentile(50),
    p90: percentile(90),
    p95: percentile(95),
    p99: percentile(99),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isDuration(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
