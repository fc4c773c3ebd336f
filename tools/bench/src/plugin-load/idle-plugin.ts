import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ID = "idle";
const ABOUT = { id: ID, name: ID, description: "Does nothing" };

/** Packs a plugin that does nothing: what the host itself spends on any plugin from outside. Returns the package's path. */
export function packIdlePlugin(folder: string): string {
  const source = join(folder, ID);
  mkdirSync(source);
  const write = (name: string, content: object | string) =>
    writeFileSync(join(source, name), typeof content === "string" ? content : JSON.stringify(content));
  write("package.json", { name: ID, version: "1.0.0", type: "module", openclaw: { extensions: ["./index.js"] } });
  write("openclaw.plugin.json", { ...ABOUT, activation: { onStartup: true }, configSchema: { type: "object", properties: {} } });
  write("index.js", `export default { ...${JSON.stringify(ABOUT)}, register() {} };\n`);
  const windows = process.platform === "win32";
  execFileSync(windows ? "npm.cmd" : "npm", ["pack", "--offline", "--pack-destination", folder], { cwd: source, stdio: "pipe", shell: windows });
  return join(folder, `${ID}-1.0.0.tgz`);
}
