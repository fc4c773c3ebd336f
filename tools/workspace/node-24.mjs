import { spawn, spawnSync } from "node:child_process";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The Node that this project is developed and tested on. It comes from npm, whatever Node the machine has. */
export const NODE_MAJOR = 24;

/** Folder of the workspace. */
export const WORKSPACE_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

const BINARIES = join(WORKSPACE_ROOT, "node_modules", ".bin");

/** Version of the Node that the workspace brought along, such as `v24.21.0`; `undefined` where it does not run. */
export function installedNodeVersion() {
  const { status, stdout } = spawnSync(nodeBinary(), ["--version"], { encoding: "utf8", timeout: 30_000, ...windows() });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Whether a Node is new enough for the project.
 *
 * @param {string} version as in `process.version`
 */
export function isNode24(version) {
  return Number.parseInt(version.replace(/^v/, ""), 10) >= NODE_MAJOR;
}

/** Environment in which `node` and every tool of the workspace are found first. */
export function workspaceEnvironment(env = process.env) {
  return { ...env, PATH: [BINARIES, env.PATH].filter(Boolean).join(delimiter) };
}

/**
 * Runs `script` (TypeScript or JavaScript) with this process's arguments under Node 24, and makes its exit this
 * process's exit. Where this process is Node 24 already the script is simply imported.
 *
 * @param {string} script path relative to tools/workspace
 */
export async function runUnderNode24(script) {
  const file = new URL(script, import.meta.url);
  process.env.PATH = workspaceEnvironment().PATH;
  if (isNode24(process.version)) return void (await import(file.href));
  const child = spawn(nodeBinary(), [fileURLToPath(file), ...process.argv.slice(2)], { stdio: "inherit", ...windows() });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => fail(`Node ${NODE_MAJOR} could not be started: ${error.message}. Run npm ci.`));
  child.once("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function nodeBinary() {
  return join(BINARIES, process.platform === "win32" ? "node.cmd" : "node");
}

function windows() {
  return { shell: process.platform === "win32" };
}
