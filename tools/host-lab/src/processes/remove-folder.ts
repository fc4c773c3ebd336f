import { createHash } from "node:crypto";
import { existsSync, globSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * The host locks its databases with empty files outside the state folder, at a place no setting moves, and leaves them
 * there: `/tmp/openclaw-state-locks-<uid>/<family>.<first 8 hex digits of sha256(database path)>.lock.sqlite`.
 */
const LOCK_FAMILIES = ["gateway-lifecycle", "state-handles", "state-lifecycle"];

/** Deletes a lab's folder and the host's lock files for the databases in it. */
export function removeFolder(root: string): void {
  for (const lock of lockFilesOf(root)) rmSync(lock, { force: true });
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}

/** The lock files the host left for databases below a folder. */
export function lockFilesOf(root: string): string[] {
  const folder = `/tmp/openclaw-state-locks-${process.getuid?.() ?? ""}`;
  if (!existsSync(folder)) return [];
  return globSync("**/*.sqlite", { cwd: root })
    .map((path) => createHash("sha256").update(join(root, path)).digest("hex").slice(0, 8))
    .flatMap((hash) => LOCK_FAMILIES.map((family) => join(folder, `${family}.${hash}.lock.sqlite`)))
    .filter((path) => existsSync(path));
}
