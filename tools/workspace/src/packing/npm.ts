import { spawnSync } from "node:child_process";

/** npm or a program that it installed did not succeed. The message carries what the program said. */
export class NpmError extends Error {
  override readonly name = "NpmError";
}

const DEADLINE_MS = 120_000;

/**
 * Runs a program in `cwd` as a stranger would: without what an enclosing `npm run` left in the environment.
 *
 * @returns what it wrote to standard output
 * @throws NpmError where it fails or takes longer than two minutes
 */
export function runAsStranger(program: string, args: readonly string[], cwd: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) && name !== "NODE_PATH"));
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...env, npm_config_update_notifier: "false" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: DEADLINE_MS,
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  });
  if (status === 0) return stdout;
  const what = [program, ...args].join(" ");
  throw new NpmError(`${what} in ${cwd}: ${error?.message ?? `exit code ${status}`}\n${stderr}${stdout}`.trim(), { cause: error });
}
