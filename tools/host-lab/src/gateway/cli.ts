import { nodeBinary, openclawEntry } from "../processes/host-binary.ts";
import { ManagedProcess } from "../processes/managed-process.ts";

export interface CliOptions {
  /** The command and what it started are killed after this many milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  /** Added to the lab's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for stdin. */
  readonly input?: string;
}

export interface CliResult {
  /** Exit code, or -1 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time in milliseconds. */
  readonly ms: number;
  /** True when it had to be killed because it did not end by itself in time. */
  readonly timedOut: boolean;
}

/** Runs the real `openclaw` command to its end. */
export async function runCli(
  args: readonly string[],
  place: { cwd: string; env: Readonly<Record<string, string>> },
  { timeoutMs = 60_000, env = {}, input }: CliOptions = {},
): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const started = performance.now();
  const command = new ManagedProcess({
    command: nodeBinary(),
    args: [openclawEntry(), ...args],
    cwd: place.cwd,
    env: { ...place.env, ...env },
    input,
    onStdout: (chunk) => (stdout += chunk),
    onStderr: (chunk) => (stderr += chunk),
  });
  const inTime = await command.endedWithin(timeoutMs);
  const { code } = await command.exited;
  return { code: code ?? -1, stdout, stderr, ms: Math.round(performance.now() - started), timedOut: !inTime };
}
