import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { DEFAULT_JOURNAL_LIMITS, type JournalEntry, createJournal, journalLine } from "./jsonl.ts";
import { DAY_MS, callRecord, endedRecord, openForTest, recordingLog, temporaryDirectory } from "./store.test-support.ts";

/** A store without a database: the latest change of each call. */
function createSource() {
  const changes: JournalEntry[] = [];
  let reads = 0;
  return {
    changes,
    get reads() {
      return reads;
    },
    change(size = 0): JournalEntry {
      const seq = changes.length + 1;
      changes.push({ seq, line: journalLine(seq, seq * 10, JSON.stringify({ callId: `c${seq}`, padding: "x".repeat(size) })) });
      return changes[seq - 1] as JournalEntry;
    },
    after(seq: number, limit: number) {
      reads += 1;
      return changes.slice(seq, seq + limit);
    },
    latest: () => changes.length,
  };
}

function createSubject(limits: Partial<typeof DEFAULT_JOURNAL_LIMITS> = {}) {
  const directory = temporaryDirectory();
  const file = join(directory, "calls.jsonl");
  const source = createSource();
  const log = recordingLog();
  const make = () => createJournal(file, source, log, { ...DEFAULT_JOURNAL_LIMITS, ...limits });
  return { directory, file, source, log, make, journal: make() };
}

/** Numbers of the lines that are sound. */
function seqsIn(file: string): number[] {
  return readFileSync(file, "utf8").split("\n").flatMap((line) => {
    try {
      return [(JSON.parse(line) as { seq: number }).seq];
    } catch {
      return [];
    }
  });
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe("calls.jsonl", () => {
  it("has a line for every committed change, in order, with its number, its time and the record", async () => {
    const directory = temporaryDirectory();
    const clock = createVirtualClock({ startsAt: 5_000 });
    const store = openForTest(directory, { clock });
    store.commit({ record: callRecord("a", { lifecycle: "ringing" }) });
    await store.flush();
    store.commit({ record: callRecord("a") });
    store.commit({ record: endedRecord("a", 2_000) });
    await store.flush();
    const lines = readFileSync(join(directory, "calls.jsonl"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { seq: 1, at: 5_000, ...callRecord("a", { lifecycle: "ringing" }) },
      { seq: 2, at: 5_000, ...callRecord("a") },
      { seq: 3, at: 5_000, ...endedRecord("a", 2_000) },
    ]);
  });

  it("misses no change of a call, however fast they come, from the first one after a start", async () => {
    const directory = temporaryDirectory();
    for (const [first, lease] of [[1, false], [301, true]] as const) {
      const store = openForTest(directory);
      if (lease) store.acquireLease({ owner: "gateway" });
      for (let revision = first; revision < first + 300; revision += 1) {
        store.commit({ record: callRecord("a", { revision }) });
        if (revision % 20 === 0) await Promise.resolve();
      }
      store.close();
      await store.flush();
    }
    expect(seqsIn(join(directory, "calls.jsonl"))).toEqual(numbers(1, 600));
  });

  it("gets no line for a commit that failed", async () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory);
    store.commit({ record: callRecord("a") });
    expect(() => store.commit({ record: callRecord("b"), eventKeys: [Symbol("no text") as unknown as string] })).toThrow();
    store.commit({ record: callRecord("c") });
    await store.flush();
    expect(seqsIn(join(directory, "calls.jsonl"))).toEqual([1, 2]);
  });

  it("is written to the end when the store is closed", async () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory);
    for (const callId of ["a", "b", "c"]) store.commit({ record: callRecord(callId) });
    store.close();
    await store.flush();
    expect(seqsIn(join(directory, "calls.jsonl"))).toEqual([1, 2, 3]);
  });

  it("catches up after a crash, as soon as the lease is taken", async () => {
    const directory = temporaryDirectory();
    const file = join(directory, "calls.jsonl");
    const store = openForTest(directory);
    for (const callId of ["a", "b", "c"]) store.commit({ record: callRecord(callId) });
    await store.flush();
    store.close();
    // The crash came between two commits and their lines.
    writeFileSync(file, readFileSync(file, "utf8").split("\n").slice(0, 1).join("") + "\n");
    const successor = openForTest(directory);
    await successor.flush();
    expect(seqsIn(file)).toEqual([1]);
    successor.acquireLease({ owner: "gateway" });
    await successor.flush();
    expect(seqsIn(file)).toEqual([1, 2, 3]);
  });
});

describe("a journal", () => {
  it("does not ask the store while it keeps up", async () => {
    const { file, source, journal } = createSubject();
    journal.append(source.change());
    await journal.flush();
    const reads = source.reads;
    for (let round = 0; round < 3; round += 1) {
      for (let change = 0; change < 5; change += 1) journal.append(source.change());
      await journal.flush();
    }
    expect(source.reads).toBe(reads);
    expect(seqsIn(file)).toEqual(numbers(1, 16));
  });

  it("lets no more wait than it may, and reads the rest from the store", async () => {
    const { file, source, journal } = createSubject({ maxQueuedChars: 1_000 });
    journal.append(source.change());
    await journal.flush();
    for (let change = 0; change < 500; change += 1) journal.append(source.change(100));
    await journal.flush();
    expect(seqsIn(file)).toEqual(numbers(1, 501));
  });

  it("begins a line of its own after half a line that a crash left", async () => {
    const { file, source, make, journal } = createSubject();
    journal.append(source.change());
    await journal.flush();
    appendFileSync(file, '{"seq":2,"at":20,"callI');
    const successor = make();
    successor.append(source.change());
    await successor.flush();
    expect(seqsIn(file)).toEqual([1, 2]);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(4);
  });

  it("takes a last line without a newline for what it is", async () => {
    const { file, source, make, journal } = createSubject();
    journal.append(source.change());
    await journal.flush();
    truncateSync(file, statSync(file).size - 1);
    const successor = make();
    successor.append(source.change());
    await successor.flush();
    expect(seqsIn(file)).toEqual([1, 2]);
  });

  it("takes what it missed out of the store before that is closed", async () => {
    const { file, source, journal } = createSubject();
    for (let change = 0; change < 150; change += 1) source.change();
    journal.catchUp();
    journal.append(source.change());
    journal.close();
    source.after = () => expect.unreachable("the store is closed");
    await journal.flush();
    expect(seqsIn(file)).toEqual(numbers(1, 151));
  });

  it("adds at most the latest changes for what it missed", async () => {
    const { file, source, journal } = createSubject({ maxCatchUp: 250 });
    for (let change = 0; change < 1_000; change += 1) source.change();
    journal.catchUp();
    await journal.flush();
    expect(seqsIn(file)).toEqual(numbers(751, 1_000));
  });

  it("logs once that it cannot be written, and has everything once it can", async () => {
    const { file, source, log, journal } = createSubject();
    mkdirSync(file);
    for (let change = 0; change < 3; change += 1) {
      journal.append(source.change());
      await journal.flush();
    }
    expect(log.lines).toEqual([expect.objectContaining({ level: "warn", fields: { file, code: "EISDIR" } })]);
    rmSync(file, { recursive: true });
    journal.append(source.change());
    await journal.flush();
    expect(seqsIn(file)).toEqual([1, 2, 3, 4]);
    expect(log.lines).toHaveLength(1);
  });

  it("survives a store that cannot be read", async () => {
    const { file, source, log, journal } = createSubject();
    const after = source.after;
    source.after = () => {
      throw new Error("disk");
    };
    journal.append(source.change());
    await journal.flush();
    expect(log.lines).toHaveLength(1);
    source.after = after;
    journal.append(source.change());
    await journal.flush();
    expect(seqsIn(file)).toEqual([1, 2]);
  });

  it("leaves the file alone until it is told to catch up, or of a change: another process may be writing it", async () => {
    const { directory, source, make } = createSubject();
    source.change();
    const idle = make();
    await idle.flush();
    idle.close();
    await idle.flush();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("goes on when somebody removes the file", async () => {
    const { file, source, journal } = createSubject();
    journal.append(source.change());
    await journal.flush();
    rmSync(file);
    journal.append(source.change());
    await journal.flush();
    expect(seqsIn(file)).toEqual([2]);
  });

  it("begins a new file at its size, and keeps as many older ones as it may", async () => {
    const { directory, file, source, journal } = createSubject({ maxBytes: 400, keptFiles: 2 });
    for (let change = 0; change < 12; change += 1) {
      journal.append(source.change(100));
      await journal.flush();
    }
    expect(readdirSync(directory).sort()).toEqual(["calls.jsonl", "calls.jsonl.1", "calls.jsonl.2"]);
    const seqs = [`${file}.2`, `${file}.1`, file].flatMap(seqsIn);
    expect(seqs).toEqual(numbers(seqs[0] ?? 0, 12));
    expect(statSync(file).size).toBeLessThanOrEqual(400);
  });

  it("finds its place in the file before, when a crash came right after the rotation", async () => {
    const { file, source, make, journal } = createSubject({ maxBytes: 400 });
    for (let change = 0; change < 3; change += 1) journal.append(source.change());
    await journal.flush();
    writeFileSync(`${file}.1`, readFileSync(file));
    rmSync(file);
    const successor = make();
    successor.append(source.change());
    await successor.flush();
    expect(seqsIn(file)).toEqual([4]);
  });

  it("lets old lines go: first out of the file, then off the disk", async () => {
    const { directory, file, source, journal } = createSubject();
    journal.append(source.change());
    await journal.flush();
    journal.prune(10);
    await journal.flush();
    expect(readdirSync(directory)).toEqual(["calls.jsonl"]);
    journal.prune(11);
    await journal.flush();
    expect(readdirSync(directory)).toEqual(["calls.jsonl.1"]);
    utimesSync(`${file}.1`, 1, 1);
    journal.prune(DAY_MS);
    await journal.flush();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("takes nothing after it was closed", async () => {
    const { directory, source, journal } = createSubject();
    journal.close();
    journal.append(source.change());
    journal.catchUp();
    journal.prune(DAY_MS);
    await journal.flush();
    expect(readdirSync(directory)).toEqual([]);
  });
});
