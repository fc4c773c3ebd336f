import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What a lockfile says about one package.
 *
 * @typedef {{ version?: string, resolved?: string, integrity?: string, link?: boolean, optional?: boolean, devOptional?: boolean }} LockEntry
 */

/**
 * Why `node_modules` under `root` is not what `package-lock.json` asks for, or `undefined` where it is.
 *
 * Contents are compared, not times: a checkout or a copy gives files new times without changing anything.
 * npm leaves a record of what it installed in `node_modules/.package-lock.json`, written when an install has ended.
 *
 * @param {string} root folder of the workspace
 * @returns {string | undefined}
 */
export function staleReason(root) {
  const recordPath = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(recordPath)) return "nothing is installed yet";
  const installed = readPackages(recordPath);
  if (installed === undefined) return "the record of the last install is unreadable";
  const wanted = readPackages(join(root, "package-lock.json"));
  if (wanted === undefined) throw new Error(`package-lock.json in ${root} is missing or is not a lockfile.`);

  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const present = installed[path];
    // Optional packages are mostly binaries for other platforms, which npm rightly leaves out.
    if (present === undefined && !entry.optional && !entry.devOptional) return `${path} is not installed`;
    if (present !== undefined && !sameContent(entry, present)) return `${path} is not the version that the lockfile names`;
  }
  const extra = Object.keys(installed).find((path) => wanted[path] === undefined);
  return extra === undefined ? undefined : `${extra} is installed but no longer in the lockfile`;
}

/**
 * Whether two entries name the same bytes; their other fields are bookkeeping.
 *
 * @param {LockEntry} wanted
 * @param {LockEntry} installed
 */
function sameContent(wanted, installed) {
  return (
    wanted.version === installed.version &&
    target(wanted) === target(installed) &&
    wanted.integrity === installed.integrity &&
    wanted.link === installed.link
  );
}

/**
 * What a link of the workspace points at. Where a registry's package came from does not matter: a mirror writes other
 * addresses, or none, for the same bytes.
 *
 * @param {LockEntry} entry
 */
function target({ link, resolved }) {
  return link ? resolved : undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, LockEntry> | undefined}
 */
function readPackages(path) {
  try {
    const { packages } = JSON.parse(readFileSync(path, "utf8"));
    return typeof packages === "object" && packages !== null ? packages : undefined;
  } catch {
    return undefined;
  }
}
