import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { systemCode } from "./errors.ts";

const CHUNK_BYTES = 64 * 1_024;
/** A longer line is no record of ours: it is not worth the memory. */
export const MAX_LINE_BYTES = 16 * 1_024 * 1_024;
export const NEWLINE = 0x0a;

/**
 * The lines of a file from its end, without empty ones; the last need not end with a newline. Reads only as much as is
 * asked for. Gives nothing for a file that does not exist, and stops before a line of more than {@link MAX_LINE_BYTES}.
 */
export function* linesFromEnd(file: string): Generator<string, void, undefined> {
  const descriptor = openIfPresent(file);
  if (descriptor === undefined) return;
  try {
    let position = fstatSync(descriptor).size;
    let later: Buffer = Buffer.alloc(0);
    while (position > 0 && later.length <= MAX_LINE_BYTES) {
      const length = Math.min(CHUNK_BYTES, position);
      position -= length;
      const chunk = readExactly(descriptor, position, length);
      let end = chunk.length;
      for (let newline = newlineBefore(chunk, end); newline >= 0; newline = newlineBefore(chunk, end)) {
        const line = Buffer.concat([chunk.subarray(newline + 1, end), later]);
        if (line.length > 0) yield line.toString("utf8");
        later = Buffer.alloc(0);
        end = newline;
      }
      later = Buffer.concat([chunk.subarray(0, end), later]);
    }
    if (position === 0 && later.length > 0) yield later.toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

/** Where the last `count` complete lines of an open file begin, in bytes. With 0, where the next line begins. */
export function offsetOfLastLines(descriptor: number, count: number): number {
  let position = fstatSync(descriptor).size;
  let newlines = 0;
  while (position > 0) {
    const length = Math.min(CHUNK_BYTES, position);
    position -= length;
    const chunk = readExactly(descriptor, position, length);
    for (let newline = newlineBefore(chunk, length); newline >= 0; newline = newlineBefore(chunk, newline)) {
      newlines += 1;
      if (newlines > count) return position + newline + 1;
    }
  }
  return 0;
}

/** Opens a file for reading. `undefined` where there is none. */
export function openIfPresent(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Index of the last newline before `end`, or -1. */
function newlineBefore(chunk: Buffer, end: number): number {
  // A start index of -1 would mean the chunk's last byte.
  return end === 0 ? -1 : chunk.lastIndexOf(NEWLINE, end - 1);
}

/** Bytes of a file; fewer than asked for only where it became shorter meanwhile. */
function readExactly(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const read = readSync(descriptor, bytes, filled, length - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}
