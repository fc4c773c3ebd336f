import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRecentRecords, summarizeLatency } from "./latency.ts";
import { callRecord, openForTest, temporaryDirectory } from "./store.test-support.ts";

const NOTHING = { count: 0, min: null, max: null, avg: null, p50: null, p90: null, p95: null, p99: null };

const call = (callId: string, ...latencies: number[]) => ({ callId, transcript: latencies.map((turnLatencyMs) => ({ turnLatencyMs })) });

describe("summing up latency", () => {
  it("says null where nothing was measured", () => {
    const names = ["finalTranscriptMs", "firstTokenMs", "firstSentenceMs", "firstAudioMs", "firstFrameSentMs", "firstFrameHeardMs"];
    const nothing = { turnLatency: NOTHING, listenWait: NOTHING, stations: Object.fromEntries(names.map((name) => [name, NOTHING])) };
    expect(summarizeLatency([])).toEqual({ recordsScanned: 0, ...nothing });
    expect(summarizeLatency([{ callId: "a", transcript: [{}] }])).toEqual({ recordsScanned: 1, ...nothing });
  });

  it("gives percentiles by nearest rank over the turns of all calls", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    const { recordsScanned, turnLatency } = summarizeLatency([call("a", ...hundred.slice(0, 30)), call("b", ...hundred.slice(30))]);
    expect(recordsScanned).toBe(2);
    expect(turnLatency).toEqual({ count: 100, min: 1, max: 100, avg: 51, p50: 50, p90: 90, p95: 95, p99: 99 });
  });

  it("gives a single value as each of them", () => {
    const one = { count: 1, min: 7, max: 7, avg: 7, p50: 7, p90: 7, p95: 7, p99: 7 };
    expect(summarizeLatency([call("a", 7)]).turnLatency).toEqual(one);
  });

  it("keeps the two durations apart, and rounds to milliseconds", () => {
    const transcript = [{ listenWaitMs: 10.4 }, { turnLatencyMs: 3.6 }, { listenWaitMs: 0 }];
    const { turnLatency, listenWait } = summarizeLatency([{ callId: "a", transcript }]);
    expect([turnLatency.count, turnLatency.max]).toEqual([1, 4]);
    expect([listenWait.count, listenWait.min, listenWait.max, listenWait.avg]).toEqual([2, 0, 10, 5]);
  });

  it("tells where the time of answers over live audio went", () => {
    const transcript = [{ latency: { finalTranscriptMs: 100, firstAudioMs: 900 } }, { latency: { finalTranscriptMs: 300 } }, {}];
    const { stations } = summarizeLatency([{ callId: "a", transcript }]);
    expect(stations.finalTranscriptMs).toMatchObject({ count: 2, min: 100, max: 300, avg: 200 });
    expect(stations.firstAudioMs).toMatchObject({ count: 1, p50: 900 });
    expect(stations.firstFrameHeardMs).toEqual(NOTHING);
  });
});

describe("reading calls.jsonl", () => {
  function write(content: string): string {
    const file = join(temporaryDirectory(), "calls.jsonl");
    writeFileSync(file, content);
    return file;
  }
  const line = (callId: string, ...latencies: number[]): string => JSON.stringify(call(callId, ...latencies));

  it("reads what a store wrote", async () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory);
    const transcript = [{ speaker: "agent", text: "hello", at: 1, turnLatencyMs: 420 }] as const;
    store.commit({ record: callRecord("a", { transcript }) });
    await store.flush();
    const records = readRecentRecords(join(directory, "calls.jsonl"), 200);
    expect(summarizeLatency(records).turnLatency).toMatchObject({ count: 1, p50: 420 });
  });

  it("counts the latest line of a call, once", () => {
    const file = write([line("a", 1), line("b", 2), line("a", 1, 3), ""].join("\n"));
    expect(readRecentRecords(file, 200)).toEqual([call("b", 2), call("a", 1, 3)]);
  });

  it("gives at most the calls that were asked for, the latest", () => {
    const file = write([line("a"), line("b"), line("c"), line("b", 9), ""].join("\n"));
    expect(readRecentRecords(file, 2).map((record) => record.callId)).toEqual(["c", "b"]);
    expect(readRecentRecords(file, 0)).toEqual([]);
  });

  it("skips what is no record, and takes a last line without a newline", () => {
    const file = write(["", "{", "null", "[1]", '"text"', '{"callId":7}', "\r", line("a", 5), "", '{"callId":"cut', line("b", 6)].join("\n"));
    expect(readRecentRecords(file, 200)).toEqual([call("a", 5), call("b", 6)]);
  });

  it("takes only durations for durations", () => {
    const turns = [{ turnLatencyMs: "5" }, { turnLatencyMs: -1 }, null, 3, { listenWaitMs: 4, turnLatencyMs: null }];
    const file = write([JSON.stringify({ callId: "a", transcript: turns }), JSON.stringify({ callId: "b", transcript: "none" })].join("\n"));
    expect(readRecentRecords(file, 200)).toEqual([
      { callId: "a", transcript: [{}, {}, { listenWaitMs: 4 }] },
      { callId: "b", transcript: [] },
    ]);
  });

  it("finds lines that are longer than what is read at once, and characters that fall on its edge", () => {
    const long = (callId: string, padding: string): string => JSON.stringify({ padding, ...call(callId, 8) });
    const file = write([long("a", "ü".repeat(100_000)), line("b", 1), long("c😀", "€".repeat(65_536))].join("\n"));
    expect(readRecentRecords(file, 200)).toEqual([call("a", 8), call("b", 1), call("c😀", 8)]);
  });

  it("takes no file for no calls", () => {
    expect(readRecentRecords(join(temporaryDirectory(), "none"), 200)).toEqual([]);
  });
});
