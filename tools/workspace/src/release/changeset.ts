import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What a changeset asks for one package. `none` records a change without raising the version. */
export type Bump = "major" | "minor" | "patch" | "none";

/** A note about a change that the next release will carry. */
export interface Changeset {
  /** Path relative to the workspace. */
  readonly path: string;
  /** Package name to bump. */
  readonly bumps: ReadonlyMap<string, Bump>;
  /** What changed, in Markdown, for readers of the changelog. */
  readonly summary: string;
}

const SHAPE = /^---\r?\n(?<head>[\s\S]*?)\r?\n?---\r?\n(?<summary>[\s\S]*)$/;
const LINE = /^\s*["']?(?<name>[^"':]+)["']?\s*:\s*(?<bump>major|minor|patch|none)\s*$/;

/** The changesets that wait for the next release. */
export function readChangesets(workspaceRoot: string): Changeset[] {
  const folder = join(workspaceRoot, ".changeset");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => parseChangeset(`.changeset/${name}`, readFileSync(join(folder, name), "utf8")));
}

/**
 * Reads one changeset.
 *
 * @throws Error naming the file and the line that is not understood
 */
export function parseChangeset(path: string, text: string): Changeset {
  const { head, summary } = SHAPE.exec(text)?.groups ?? {};
  if (head === undefined || summary === undefined) throw new Error(`${path} does not begin with packages between two lines of ---.`);
  const lines = head.split(/\r?\n/).filter((line) => line.trim() !== "");
  const bumps = lines.map((line): [string, Bump] => {
    const { name, bump } = LINE.exec(line)?.groups ?? {};
    if (name === undefined || bump === undefined) throw new Error(`${path}: "${line}" is not a package with major, minor, patch or none.`);
    return [name, bump as Bump];
  });
  return { path, bumps: new Map(bumps), summary: summary.trim() };
}
