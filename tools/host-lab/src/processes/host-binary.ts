import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { HostLabError } from "../errors.ts";

/** OpenClaw's own floor is lower, but the project is developed and tested on this. */
const WANTED_NODE_MAJOR = 24;

const require = createRequire(import.meta.url);

/** The Node that runs the host: ours when it is new enough, else the one among the dev dependencies. */
export function nodeBinary(): string {
  if (Number(process.versions.node.split(".")[0]) >= WANTED_NODE_MAJOR) return process.execPath;
  return join(packageFolder("node"), "bin", "node");
}

/** The host's entry script in `node_modules`. */
export function openclawEntry(): string {
  return join(packageFolder("openclaw"), "openclaw.mjs");
}

/** Where an installed package lies; its manifest need not be exported. */
function packageFolder(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    if (existsSync(join(folder, name, "package.json"))) return join(folder, name);
  }
  throw new HostLabError("host_missing", `Package "${name}" is not installed; run "npm ci" in the workspace root`);
}

/** Folder for things that may be shared between runs and need not outlive `node_modules`. */
export function sharedCacheFolder(): string {
  return join(dirname(packageFolder("openclaw")), ".cache", "host-lab");
}
