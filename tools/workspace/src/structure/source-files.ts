import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** A text file of the workspace. */
export interface SourceFile {
  /** Path relative to the workspace, with forward slashes. */
  readonly path: string;
  readonly lines: readonly string[];
}

const NOT_OURS = new Set(["node_modules", "dist", "coverage", "temp", "test-results"]);
const CODE = /\.[cm]?[jt]sx?$/;
const TEST = /\.test\.[cm]?[jt]sx?$|\.test-support\.[cm]?[jt]s$|\/(?:test|e2e)\//;

/** Reads every code file in `folder` (relative to the workspace) and below, without what tools wrote there. */
export function codeFiles(workspaceRoot: string, folder: string): SourceFile[] {
  return textFiles(workspaceRoot, folder, CODE);
}

/** Reads every file in `folder` and below whose path matches `pattern`. */
export function textFiles(workspaceRoot: string, folder: string, pattern: RegExp): SourceFile[] {
  const absolute = join(workspaceRoot, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        return NOT_OURS.has(entry.name) || entry.name.startsWith(".") ? [] : textFiles(workspaceRoot, path, pattern);
      }
      return entry.isFile() && pattern.test(path) ? [{ path, lines: readLines(join(workspaceRoot, path)) }] : [];
    });
}

/** Whether the file serves tests only. */
export function isTest({ path }: SourceFile): boolean {
  return TEST.test(path);
}

/** Whether a program wrote the file: it says `@generated` among its first lines. */
export function isGenerated({ lines }: SourceFile): boolean {
  return lines.slice(0, 5).some((line) => line.includes("@generated"));
}

/** Whether the line is the inside of a comment as this project writes them. */
export function isCommentLine(line: string): boolean {
  return /^\s*(?:\/\/|\/?\*)/.test(line);
}

function readLines(path: string): string[] {
  const lines = readFileSync(path, "utf8").split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
