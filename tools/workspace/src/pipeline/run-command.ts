import { spawn } from "node:child_process";

/** A command line of the workspace's own tools. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Milliseconds after which the command and everything it started is ended. */
  readonly deadlineMs: number;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a command ended. */
export interface CommandEnd {
  readonly ok: boolean;
  /** In words, such as `exit code 1`. */
  readonly how: string;
}

const GRACE_MS = 5_000;

/**
 * Runs a command with its output on ours, and no input.
 *
 * The command gets a process group of its own, so that a deadline or a signal to us ends what it started too.
 */
export function runCommand({ program, args, cwd, deadlineMs, env }: Command): Promise<CommandEnd> {
  const windows = process.platform === "win32";
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
    detached: !windows,
    shell: windows,
  });
  let overdue = false;
  const end = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined && child.exitCode === null) process.kill(windows ? child.pid : -child.pid, signal);
    } catch {
      // It is gone already, which is what was wanted.
    }
  };
  const deadline = setTimeout(() => {
    overdue = true;
    end("SIGTERM");
    setTimeout(() => end("SIGKILL"), GRACE_MS).unref();
  }, deadlineMs);
  const pass = (signal: NodeJS.Signals) => {
    end(signal);
    setTimeout(() => process.exit(130), GRACE_MS).unref();
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.once(signal, pass);

  return new Promise((resolve) => {
    const settle = (result: CommandEnd) => {
      clearTimeout(deadline);
      for (const signal of signals) process.removeListener(signal, pass);
      resolve(result);
    };
    child.once("error", (error) => settle({ ok: false, how: `${program} could not be started: ${error.message}` }));
    child.once("exit", (code, signal) => {
      if (overdue) settle({ ok: false, how: `not finished after ${deadlineMs / 1000} s` });
      else settle({ ok: code === 0, how: code === null ? `ended by ${signal}` : `exit code ${code}` });
    });
  });
}
