import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { descendants, isAlive, killTree } from "./process-tree.ts";
import { guardGroup, releaseGroup } from "./safety-net.ts";

export interface ManagedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Text for stdin; without it stdin is closed. */
  readonly input?: string | undefined;
  readonly onStdout: (chunk: string) => void;
  readonly onStderr: (chunk: string) => void;
}

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process in a group of its own, so that what it starts ends with it. */
export class ManagedProcess {
  readonly pid: number;
  /** Settles when the process is gone and its output read. Rejects only if it could not be started. */
  readonly exited: Promise<Exit>;
  #exit: Exit | undefined;

  constructor(options: ManagedProcessOptions) {
    const { command, args, cwd, env, input } = options;
    const child = spawn(command, args, { cwd, env: { ...env }, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.pid = child.pid ?? 0;
    if (child.pid !== undefined) guardGroup(child.pid);
    child.stdout.setEncoding("utf8").on("data", options.onStdout);
    child.stderr.setEncoding("utf8").on("data", options.onStderr);
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    this.exited = this.#watch(child);
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  /** Signals the process alone, as an operator's `kill` does. */
  signal(signal: NodeJS.Signals): void {
    try {
      if (this.#exit === undefined) process.kill(this.pid, signal);
    } catch {
      // Gone between the check and the call.
    }
  }

  /** Kills the process and everything it started, and waits until all of that is gone. */
  async destroy(): Promise<void> {
    const helpers = descendants(this.pid);
    killTree(this.pid);
    await this.exited;
    for (let tries = 0; tries < 100 && helpers.some(isAlive); tries++) await delay(20);
  }

  /** Waits for the end; after `graceMs` the whole group is killed. True when it ended by itself. */
  async endedWithin(graceMs: number): Promise<boolean> {
    let destroyed: Promise<void> | undefined;
    const timer = setTimeout(() => {
      destroyed = this.destroy();
    }, graceMs);
    await this.exited;
    clearTimeout(timer);
    await destroyed;
    return destroyed === undefined;
  }

  #watch(child: ChildProcess): Promise<Exit> {
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      // Helpers that hold the pipes open would keep "close" from ever coming.
      child.once("exit", () => killTree(this.pid));
      child.once("close", (code, signal) => {
        releaseGroup(this.pid);
        this.#exit = { code, signal };
        resolve(this.#exit);
      });
    });
  }
}
