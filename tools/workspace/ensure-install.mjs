/**
 * Makes a checkout ready to run: `npm start` and `npm test` call this first.
 * Runs on any Node from 20 on with nothing installed, so it and what it imports use Node's own modules only.
 */
import { spawnSync } from "node:child_process";
import { delimiter, join, sep } from "node:path";
import process from "node:process";
import { withInstallLock } from "./install/install-lock.mjs";
import { staleReason } from "./install/lockfile.mjs";
import { NODE_MAJOR, WORKSPACE_ROOT, installedNodeVersion, isNode24 } from "./node-24.mjs";

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`);

try {
  if (staleReason(WORKSPACE_ROOT) !== undefined) await install();
  requireNode24();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function install() {
  const lock = join(WORKSPACE_ROOT, ".nx", "install.lock");
  /** @param {number} pid */
  const onWait = (pid) => say(`Another install (process ${pid}) is under way here; waiting for it.`);
  await withInstallLock(lock, runNpmCi, { onWait });
}

async function runNpmCi() {
  // Asked again now that nobody else can be installing: the one we waited for may have done it.
  const reason = staleReason(WORKSPACE_ROOT);
  if (reason === undefined) return;
  say(`Installing the dependencies (${reason}). This takes about a minute.`);
  const startedAt = Date.now();
  const { status, error } = spawnSync("npm", ["ci", "--loglevel=error", "--no-audit", "--no-fund"], {
    cwd: WORKSPACE_ROOT,
    env: outsideEnvironment(),
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    const cause = error === undefined ? `exit code ${status}` : error.message;
    throw new Error(`npm ci did not succeed (${cause}). Its own message above says why; then run the command again.`);
  }
  say(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.`);
}

function requireNode24() {
  const version = installedNodeVersion();
  if (version !== undefined && isNode24(version)) return;
  const found = version === undefined ? "it does not run" : `it is ${version}`;
  throw new Error(
    `The project runs on Node ${NODE_MAJOR} from npm (package "node"), but ${found}. ` +
      "Usually npm was told not to run install scripts: try npm rebuild node --ignore-scripts=false",
  );
}

/** npm must run on the machine's own Node: the workspace's is about to be removed and laid down again. */
function outsideEnvironment() {
  const path = (process.env.PATH ?? "").split(delimiter);
  const outside = path.filter((folder) => !folder.endsWith(join("node_modules", ".bin")) && !folder.includes(`node_modules${sep}.bin${sep}`));
  return { ...process.env, PATH: outside.join(delimiter) };
}
