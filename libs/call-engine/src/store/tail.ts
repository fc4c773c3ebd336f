import { closeSync, fstatSync, readSync, statSync } from "node:fs";
import type { Clock } from "@openclaw/telephony-contract";
import { systemCode } from "./errors.ts";
import { MAX_LINE_BYTES, NEWLINE, offsetOfLastLines, openIfPresent } from "./lines.ts";

/** How a file is followed. */
export interface TailOptions {
  /** Lines that are there already and are given first, counted from the end. */
  readonly since: number;
  /** Milliseconds between looks at the file. */
  readonly pollMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Each line without its newline, in order. Empty ones are left out. */
  readonly onLine: (line: string) => void;
}

/**
 * Follows a file of lines until the signal is aborted, and then resolves. Waits for a file that does not exist, goes over
 * to the new file when it is rotated, and begins again when it is made shorter. A line is given once its newline is there.
 * Rejects with what Node or `onLine` throws. Reads synchronously: for a command of its own, not for the Gateway.
 */
export async function tailLines(file: string, options: TailOptions): Promise<void> {
  const { clock, pollMs, signal } = options;
  const follower = createFollower(file, options);
  try {
    while (!signal.aborted) {
      follower.look();
      await pause(clock, pollMs, signal);
    }
  } finally {
    follower.close();
  }
}

/** Resolves after `delayMs`, or as soon as the signal is aborted. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.schedule(delayMs, end);
    signal.addEventListener("abort", end);
  });
}

interface Follower {
  look(): void;
  close(): void;
}

function createFollower(file: string, { since, signal, onLine }: TailOptions): Follower {
  const chunk = Buffer.alloc(64 * 1_024);
  const lines = createLineSplitter((line) => {
    if (!signal.aborted) onLine(line);
  });
  let descriptor: number | undefined;
  let position = 0;
  let first = true;

  function open(): void {
    descriptor = openIfPresent(file);
    // Only what was there before we came counts as old.
    position = descriptor !== undefined && first ? offsetOfLastLines(descriptor, since) : 0;
    first = false;
    lines.reset();
  }
  function close(): void {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  }
  function read(): void {
    if (descriptor === undefined) return;
    if (fstatSync(descriptor).size < position) {
      position = 0;
      lines.reset();
    }
    while (!signal.aborted) {
      const length = readSync(descriptor, chunk, 0, chunk.length, position);
      if (length === 0) return;
      position += length;
      lines.add(chunk.subarray(0, length));
    }
  }

  return {
    look() {
      if (descriptor === undefined) open();
      read();
      if (descriptor === undefined || !wasReplaced(file, descriptor)) return;
      // Whatever was written between our reading and the rotation.
      read();
      close();
      open();
      read();
    },
    close,
  };
}

/** Whether another file has the name now. While no file has it, the old one is still followed. */
function wasReplaced(file: string, descriptor: number): boolean {
  const ours = fstatSync(descriptor);
  try {
    const named = statSync(file);
    return named.ino !== ours.ino || named.dev !== ours.dev;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

interface LineSplitter {
  add(bytes: Buffer): void;
  /** Forgets a line that has begun. */
  reset(): void;
}

/** Splits bytes into lines. One of more than {@link MAX_LINE_BYTES} is left out. */
function createLineSplitter(onLine: (line: string) => void): LineSplitter {
  let begun: Buffer[] = [];
  let begunBytes = 0;
  let tooLong = false;

  function keep(bytes: Buffer): void {
    begunBytes += bytes.length;
    tooLong ||= begunBytes > MAX_LINE_BYTES;
    // A copy: the reader uses its buffer again.
    if (tooLong) begun = [];
    else begun.push(Buffer.from(bytes));
  }
  function reset(): void {
    begun = [];
    begunBytes = 0;
    tooLong = false;
  }

  return {
    add(bytes) {
      let start = 0;
      for (let newline = bytes.indexOf(NEWLINE); newline >= 0; newline = bytes.indexOf(NEWLINE, start)) {
        keep(bytes.subarray(start, newline));
        const line = tooLong ? "" : Buffer.concat(begun).toString("utf8");
        reset();
        start = newline + 1;
        if (line !== "") onLine(line);
      }
      if (start < bytes.length) keep(bytes.subarray(start));
    },
    reset,
  };
}
