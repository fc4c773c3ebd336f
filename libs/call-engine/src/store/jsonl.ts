import type { Logger } from "@openclaw/telephony-contract";
import { systemCode } from "./errors.ts";
import { type FileLimits, appendText, lastSeqOf, pruneFiles } from "./journal-file.ts";

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
export interface JournalLimits extends FileLimits {
  /** Size at which the file becomes `calls.jsonl.1` and a new one begins. Bytes. */
  readonly maxBytes: number;
  /** Older files that are kept. */
  readonly keptFiles: number;
  /** Characters that may wait for the disk. What is more is read from the store once the disk follows. */
  readonly maxQueuedChars: number;
  /** How far back it looks, in changes, for what happened while nobody wrote. */
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

/** Calls read from the store at a time. */
const PAGE = 100;

/** Changes up to this place are missing from the queue. The store has them, each call's latest at least. */
interface Gap {
  until: number;
}

/** The journal of a file. The directory must exist. Throws what the source throws. */
export function createJournal(file: string, source: JournalSource, log: Logger, limits: JournalLimits): Journal {
  /** What is to be written, in the order of the changes. */
  let queue: (JournalEntry | Gap)[] = [];
  let queuedChars = 0;
  /** Place of the latest change that we heard of. */
  let heardOf = source.latest();
  /** Whether what was missed before us is in the queue. Only who runs calls writes, so it waits for the first sign of that. */
  let begun = false;
  /** Place of the last line that went to the file. Not known before the file was looked at. */
  let reached: number | undefined;
  let pruneTo: number | undefined;
  let failing = false;
  let closed = false;
  let running: Promise<void> | undefined;

  function start(): void {
    running ??= drain();
  }

  async function drain(): Promise<void> {
    try {
      // Leaves the caller's stack: nobody waits for the disk.
      await Promise.resolve();
      for (;;) {
        const next = queue[0];
        if (next !== undefined) await ("line" in next ? writeEntries() : fill(next));
        else if (pruneTo !== undefined) await prune(pruneTo);
        else break;
      }
      failing = false;
    } catch (error) {
      // The next change tries again, from where the file then ends.
      queue = closed ? [] : [{ until: heardOf }];
      queuedChars = 0;
      reached = undefined;
      pruneTo = undefined;
      const fields = { file, code: systemCode(error) };
      if (!failing) log.warn("calls.jsonl cannot be written; calls go on, and it catches up later", fields);
      failing = true;
    } finally {
      running = undefined;
    }
  }

  /** Writes the entries at the head of the queue. */
  async function writeEntries(): Promise<void> {
    const end = queue.findIndex((item) => !("line" in item));
    await write(queue.splice(0, end < 0 ? queue.length : end) as JournalEntry[]);
  }

  /** Writes a page of what is missing at the head of the queue, or ends the gap where nothing is. */
  async function fill(gap: Gap): Promise<void> {
    const missed = closed ? [] : readMissed(whereReached(), gap.until, PAGE);
    if (missed.length > 0) return await write(missed);
    queue.shift();
    reached = gap.until;
  }

  async function write(entries: readonly JournalEntry[]): Promise<void> {
    const text = entries.map((entry) => `${entry.line}\n`).join("");
    reached = entries.at(-1)?.seq ?? reached;
    // Those of a page were never counted.
    queuedChars = queue.reduce((sum, item) => sum + charsOf(item), 0);
    await appendText(file, text, limits);
  }

  function whereReached(): number {
    reached ??= Math.max(lastSeqOf(file), source.latest() - limits.maxCatchUp);
    return reached;
  }

  function readMissed(after: number, until: number, limit: number): JournalEntry[] {
    return source.after(after, limit).filter((entry) => entry.seq <= until);
  }

  async function prune(time: number): Promise<void> {
    pruneTo = undefined;
    await pruneFiles(file, time, limits.keptFiles);
  }

  function addGap(until: number): void {
    const last = queue.at(-1);
    if (last === undefined || "line" in last) queue.push({ until });
    else last.until = until;
  }

  /** Puts what the store has into the gaps, while it can still be asked. */
  function closeGaps(): void {
    let after = queue.some((item) => !("line" in item)) ? whereReached() : 0;
    queue = queue.flatMap((item) => {
      const entries = "line" in item ? [item] : readMissed(after, item.until, limits.maxCatchUp);
      after = "line" in item ? item.seq : item.until;
      return entries;
    });
  }

  return {
    append(entry) {
      if (closed) return;
      if (!begun) addGap(heardOf);
      begun = true;
      if (entry.seq - 1 === heardOf && queuedChars + entry.line.length <= limits.maxQueuedChars) {
        queue.push(entry);
        queuedChars += entry.line.length;
      } else {
        addGap(entry.seq);
      }
      heardOf = entry.seq;
      start();
    },
    catchUp() {
      if (closed) return;
      try {
        heardOf = source.latest();
      } catch {
        // The next change shows the gap as well.
        return;
      }
      if (running === undefined && queue.length === 0) reached = undefined;
      begun = true;
      addGap(heardOf);
      start();
    },
    prune(time) {
      if (closed) return;
      pruneTo = time;
      start();
    },
    async flush() {
      if (queue.length > 0) start();
      while (running !== undefined) await running;
    },
    close() {
      if (closed) return;
      try {
        closeGaps();
      } catch {
        // The next opening catches up.
      }
      closed = true;
      if (queue.length > 0) start();
    },
  };
}

function charsOf(item: JournalEntry | Gap): number {
  return "line" in item ? item.line.length : 0;
}

/** The line of a change. `record` is a JSON object with at least one key. */
export function journalLine(seq: number, at: number, record: string): string {
  return `{"seq":${seq},"at":${at},${record.slice(1)}`;
}
