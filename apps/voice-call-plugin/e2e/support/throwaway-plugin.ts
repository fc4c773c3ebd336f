import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packed } from "./telephone-lab.ts";

/** A plugin that a test writes as a stranger would: plain JavaScript, packed dependencies, nothing of the workspace. */
export interface ThrowawayPlugin {
  /** Id of the plugin and name of its package. */
  readonly id: string;
  /** `index.js` */
  readonly code: string;
  /** Our packages that it depends on and brings along. */
  readonly uses: readonly ("openclaw-telephony-contract" | "openclaw-voice-call-mock")[];
}

const FLAGS = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/** Writes a plugin into a folder outside the workspace and packs it as its author would. Returns the package's path. */
export function packPlugin(folder: string, { id, code, uses }: ThrowawayPlugin): string {
  const source = join(folder, id);
  mkdirSync(source, { recursive: true });
  const manifest = { id, name: id, description: "Exists only in a test", activation: { onStartup: true, onCommands: ["voicecall"] }, cliCommands: [] };
  const configSchema = { type: "object", additionalProperties: false, properties: {} };
  writeFileSync(join(source, "openclaw.plugin.json"), JSON.stringify({ ...manifest, configSchema }));
  writeFileSync(join(source, "index.js"), code);
  const dependencies = Object.fromEntries(uses.map((name) => [name.replace("openclaw-", "@openclaw/"), `file:${packed(name)}`]));
  const about = { name: id, version: "1.0.0", type: "module", files: ["index.js", "openclaw.plugin.json"], openclaw: { extensions: ["./index.js"] } };
  writeFileSync(join(source, "package.json"), JSON.stringify({ ...about, dependencies, bundleDependencies: Object.keys(dependencies) }));
  bringDependencies(folder, source, uses);
  npm(["pack", "--loglevel=error", "--pack-destination", folder], source);
  return join(folder, `${id}-1.0.0.tgz`);
}

/** One install for all plugins of a folder that use the same: it is the slow part. */
function bringDependencies(folder: string, source: string, uses: readonly string[]): void {
  const known = join(folder, `with-${[...uses].sort().join("-")}`);
  if (existsSync(known)) return cpSync(known, join(source, "node_modules"), { recursive: true });
  npm(["install", ...FLAGS], source);
  cpSync(join(source, "node_modules"), known, { recursive: true });
}

/** Without what an enclosing `npm run` left in the environment. */
function npm(args: readonly string[], cwd: string): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const windows = process.platform === "win32";
  execFileSync(windows ? "npm.cmd" : "npm", args, { cwd, env, stdio: "pipe", timeout: 60_000, shell: windows });
}
