import { spawnSync } from "node:child_process";

/**
 * The commit that this branch left `base` at, or `undefined` where there is nothing to compare: no git, no such branch
 * (a shallow or exported copy), or this is the base branch itself.
 */
export function branchPoint(workspaceRoot: string, base: string): string | undefined {
  const git = (...args: string[]) => {
    const { status, stdout } = spawnSync("git", args, { cwd: workspaceRoot, encoding: "utf8", timeout: 30_000 });
    return status === 0 ? stdout.trim() : undefined;
  };
  const head = git("rev-parse", "HEAD");
  const point = git("merge-base", "HEAD", `origin/${base}`) ?? git("merge-base", "HEAD", base);
  return head === undefined || point === head ? undefined : point;
}
