import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { nodeBinary } from "./host-binary.ts";
import { killTree } from "./process-tree.ts";
import { removeFolder } from "./remove-folder.ts";

const groups = new Set<number>();
const folders = new Set<string>();
let reaper: ChildProcess | undefined;

/** From now on this process group dies with us, even when we are killed. */
export function guardGroup(pid: number): void {
  groups.add(pid);
  tell(`+group ${pid}`);
}

/** The group is known to be gone; its number may be used by strangers again. */
export function releaseGroup(pid: number): void {
  groups.delete(pid);
  tell(`-group ${pid}`);
}

/** From now on this folder is deleted when we go, even when we are killed. */
export function guardFolder(path: string): void {
  folders.add(path);
  tell(`+folder ${path}`);
}

export function releaseFolder(path: string): void {
  folders.delete(path);
  tell(`-folder ${path}`);
}

function tell(line: string): void {
  reaper ??= startReaper();
  reaper.stdin?.write(`${line}\n`);
}

function startReaper(): ChildProcess {
  // Orderly ends clean up here and now; the reaper is for signals, crashes and `kill -9`.
  process.once("exit", () => {
    for (const pid of groups) killTree(pid);
    for (const folder of folders) removeFolder(folder);
  });
  const script = fileURLToPath(new URL("./reaper.ts", import.meta.url));
  // Detached: Ctrl-C in the terminal goes to our whole group and must not take the reaper along.
  const child = spawn(nodeBinary(), [script], { detached: true, stdio: ["pipe", "ignore", "ignore"], env: { PATH: process.env["PATH"] ?? "" } });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  child.unref();
  (child.stdin as Socket).unref();
  return child;
}
