import { open, rename, rm, stat } from "node:fs/promises";
import { systemCode } from "./errors.ts";
import { NEWLINE, linesFromEnd } from "./lines.ts";

/** Lines from the end among which the last sound one is looked for. */
const LINES_TO_TRY = 100;

/** How large the journal's files become, and how many there are. */
export interface FileLimits {
  readonly maxBytes: number;
  readonly keptFiles: number;
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

/**
 * Adds whole lines. Begins a new file first where they would make this one too large. Rejects with Node's own errors; part of
 * the text may then be in the file.
 */
export async function appendText(file: string, text: string, limits: FileLimits): Promise<void> {
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

/** Begins a new file if the oldest line is from before `time`, and removes older files that nobody wrote since then. */
export async function pruneFiles(file: string, time: number, keptFiles: number): Promise<void> {
  if ((await beginOf(file)) < time) await rotate(file, keptFiles);
  for (let age = 1; age <= keptFiles; age += 1) {
    const info = await statIfPresent(`${file}.${age}`);
    if (info !== undefined && info.mtimeMs < time) await rm(`${file}.${age}`, { force: true });
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
