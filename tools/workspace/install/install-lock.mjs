import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs `work` while no other process of this machine holds the lock at `path`.
 *
 * The lock is a file with the holder's process id; a holder that is gone has lost it.
 *
 * @template T
 * @param {string} path file that stands for the lock; its folder is created
 * @param {() => Promise<T>} work
 * @param {{ timeoutMs?: number, pollMs?: number, onWait?: (pid: number) => void }} [options]
 * @returns {Promise<T>}
 */
export async function withInstallLock(path, work, { timeoutMs = 15 * 60_000, pollMs = 500, onWait } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const giveUpAt = Date.now() + timeoutMs;
  let told = false;
  while (!tryLock(path)) {
    const holder = holderOf(path);
    if (holder === undefined || !isAlive(holder)) {
      removeAbandoned(path, holder);
      continue;
    }
    if (!told) onWait?.(holder);
    told = true;
    if (Date.now() > giveUpAt) {
      throw new Error(`Process ${holder} has been installing for too long. End it, or delete ${path}, and try again.`);
    }
    await sleep(pollMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/**
 * The file appears with its content in one step, so nobody meets a lock without a holder.
 *
 * @param {string} path
 */
function tryLock(path) {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Takes the lock of a process that is gone away, but not the one that somebody may have made meanwhile.
 *
 * @param {string} path
 * @param {number | undefined} holder whom the lock was seen to belong to
 */
function removeAbandoned(path, holder) {
  const aside = `${path}.abandoned.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (holderOf(aside) === holder) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

/** @param {string} path */
function holderOf(path) {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
