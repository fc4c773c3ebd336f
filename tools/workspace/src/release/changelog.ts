import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../projects.ts";

/** Where a package keeps its changelog, relative to the workspace. */
export function changelogPath({ root }: Project): string {
  return `${root}/CHANGELOG.md`;
}

/** Whether the package has been released: each release is a second-level heading of its changelog. */
export function hasReleases(workspaceRoot: string, project: Project): boolean {
  const path = join(workspaceRoot, changelogPath(project));
  return existsSync(path) && /^## /m.test(readFileSync(path, "utf8"));
}
