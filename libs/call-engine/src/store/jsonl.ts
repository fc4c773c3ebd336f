import { open, rename, rm, stat } from "node:fs/promises";
import type { Logger } from "@openclaw/telephony-contract";
import { systemCode } from "./errors.ts";
import { NEWLINE, linesFromEnd } from "./lines.ts";

/** Name of the file in the store's directory. */
export const JOURNAL_FILE = "calls.jsonl";

/** One change of a call, as one line of JSON: `{"seq":…,"at":…,` and the record's own keys. */
export interface JournalEntry {
  /** Place among all changes of the store, from 1. */
  readonly seq: number;
  /** Without the newline. */
  readonly line: string;
}

/** Where the journal finds what it missed. */
export interface JournalSource {
  /** The calls whose latest change is after `seq`, in the order of these changes. May throw. */
  after(seq: number, limit: number): readonly JournalEntry[];
  /** The latest change's place; 0 if there is none. May throw. */
  latest(): number;
}

/** How much the journal takes. */
export interface JournalLimits {
  /** Size at which the file becomes `calls.jsonl.1` and a new one begins. Bytes. */
  readonly maxBytes: number;
  /** Older files that are kept. */
  readonly keptFiles: number;
  /** Characters that may wait for the disk. What is more is read from the store once the disk follows. */
  readonly maxQueuedChars: number;
  /** Changes at most that are added for what happened while nobody wrote. */
  readonly maxCatchUp: number;
}

export const DEFAULT_JOURNAL_LIMITS: JournalLimits = {
  maxBytes: 32 * 1_024 * 1_024,
  keptFiles: 1,
  maxQueuedChars: 4 * 1_024 * 1_024,
  maxCatchUp: 1_000,
};

/** `calls.jsonl`: written from the store for people and `tail`. It follows the store and is never read back into it. */
export interface Journal {
  /** Adds a committed change. Returns at once and never throws. */
  append(entry: JournalEntry): void;
  /** Looks where the file ends and adds what the store has after it: the latest change of each call. Returns at once. */
  catchUp(): void;
  /** Begins a new file if the oldest line is from before `time`, and removes older files that nobody wrote since then. */
  prune(time: number): void;
  /** Resolves when everything so far is written, or could not be. Never rejects. */
  flush(): Promise<void>;
  /** Takes no more, and needs the store no more. What waits is still written; {@link flush} tells when. */
  close(): void;
}

/** Lines read from the store at a time. */
const PAGE = 100;
/** Lines from the end among which the last sound one is looked for. */
const LINES_TO_TRY = 100;

/** The journal of a file. The directory must exist. */
export function createJournal(file: string, source: JournalSource, log: Logger, limits: JournalLimits): Journal {
  let queue: JournalEntry[] = [];
  let queuedChars = 0;
  /** Place of the last line in the file or the queue. Not known before the file was looked at. */
  let lastSeq: number | undefined;
  /** Some changes are neither in the file nor in the queue: the store has them. */
  let behind = false;
  let pruneTo: number | undefined;
  let failing = false;
  let closed = false;
  let running: Promise<void> | undefined;

  function start(): void {
    running ??= drain().finally(() => {
      running = undefined;
    });
  }

  async function drain(): Promise<void> {
    try {
      // Leaves the caller's stack: nobody waits for the disk.
      await Promise.resolve();
      for (;;) {
        if (queue.length > 0) await writeQueue();
        else if (behind && !closed) readMissed();
        else if (pruneTo !== undefined && !closed) await pruneFiles();
        else break;
      }
      failing = false;
    } catch (error) {
      // The next change tries again, from where the file then ends.
      queue = [];
      queuedChars = 0;
      lastSeq = undefined;
      behind = true;
      pruneTo = undefined;
      const fields = { file, code: systemCode(error) };
      if (!failing) log.warn("calls.jsonl cannot be written; calls go on, and it catches up later", fields);
      failing = true;
    }
  }

  async function writeQueue(): Promise<void> {
    const text = queue.map((entry) => `${entry.line}\n`).join("");
    queue = [];
    queuedChars = 0;
    await appendText(file, text, limits);
  }

  function readMissed(): void {
    lastSeq ??= Math.max(lastSeqOf(file), source.latest() - limits.maxCatchUp);
    const missed = source.after(lastSeq, PAGE);
    queue.push(...missed);
    lastSeq = missed.at(-1)?.seq ?? lastSeq;
    behind = missed.length > 0;
  }

  async function pruneFiles(): Promise<void> {
    const time = pruneTo ?? 0;
    pruneTo = undefined;
    if ((await beginOf(file)) < time) await rotate(file, limits.keptFiles);
    for (let age = 1; age <= limits.keptFiles; age += 1) {
      const info = await statIfPresent(`${file}.${age}`);
      if (info !== undefined && info.mtimeMs < time) await rm(`${file}.${age}`, { force: true });
    }
  }

  return {
    append(entry) {
      if (closed) return;
      if (!behind && entry.seq - 1 === lastSeq && queuedChars + entry.line.length <= limits.maxQueuedChars) {
        queue.push(entry);
        queuedChars += entry.line.length;
        lastSeq = entry.seq;
      } else {
        behind = true;
      }
      start();
    },
    catchUp() {
      if (closed) return;
      if (queue.length === 0 && running === undefined) lastSeq = undefined;
      behind = true;
      start();
    },
    prune(time) {
      if (closed) return;
      pruneTo = time;
      start();
    },
    async flush() {
      if (behind && !closed) start();
      while (running !== undefined) await running;
    },
    close() {
      try {
        // The last chance to ask the store. What is more than a page waits for the next opening.
        if (behind && !closed) readMissed();
      } catch {
        // As for a page that is more.
      }
      closed = true;
      start();
    },
  };
}

/** The line of a change. `record` is a JSON object with at least one key. */
export function journalLine(seq: number, at: number, record: string): string {
  return `{"seq":${seq},"at":${at},${record.slice(1)}`;
}

/** Place of the last sound line in the file, or in the one before it; 0 if there is none. */
export function lastSeqOf(file: string): number {
  for (const path of [file, `${file}.1`]) {
    let tried = 0;
    for (const line of linesFromEnd(path)) {
      const seq = seqOf(line);
      if (seq !== undefined) return seq;
      tried += 1;
      if (tried === LINES_TO_TRY) break;
    }
  }
  return 0;
}

function seqOf(line: string): number | undefined {
  try {
    const { seq } = JSON.parse(line) as { seq?: unknown };
    return Number.isSafeInteger(seq) ? (seq as number) : undefined;
  } catch {
    return undefined;
  }
}

async function appendText(file: string, text: string, limits: JournalLimits): Promise<void> {
  const size = (await statIfPresent(file))?.size ?? 0;
  if (size > 0 && size + Buffer.byteLength(text) > limits.maxBytes) await rotate(file, limits.keptFiles);
  const handle = await open(file, "a+", 0o600);
  try {
    const { size: end } = await handle.stat();
    const last = Buffer.alloc(1);
    if (end > 0) await handle.read(last, 0, 1, end - 1);
    // A crash or a full disk may have left half a line: it must not swallow ours.
    const whole = end === 0 || last[0] === NEWLINE;
    await handle.appendFile(whole ? text : `\n${text}`);
  } finally {
    await handle.close();
  }
}

async function rotate(file: string, keptFiles: number): Promise<void> {
  if (keptFiles === 0) return await rm(file, { force: true });
  for (let age = keptFiles - 1; age >= 0; age -= 1) {
    const from = age === 0 ? file : `${file}.${age}`;
    if ((await statIfPresent(from)) !== undefined) await rename(from, `${file}.${age + 1}`);
  }
}

/** Time of the file's first line, as far as it is one of ours; else the end of time. */
async function beginOf(file: string): Promise<number> {
  if ((await statIfPresent(file)) === undefined) return Infinity;
  const handle = await open(file, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    const at = /^\{"seq":\d+,"at":(\d+),/.exec(buffer.toString("latin1", 0, bytesRead))?.[1];
    return at === undefined ? Infinity : Number(at);
  } finally {
    await handle.close();
  }
}

async function statIfPresent(file: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
