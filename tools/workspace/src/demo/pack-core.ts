import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { packPackage } from "../packing/pack-workspace.ts";
import { WORKSPACE_ROOT } from "../root.ts";

const CORE = "apps/voice-call-plugin";
const BUILD_MS = 5 * 60_000;

/** Builds the core plugin with what it is made of, and packs it as it would be published. Returns the tarball's path. */
export function packCore(): string {
  const built = spawnSync("nx", ["run-many", "-t", "build", "--projects", "@openclaw/voice-call"], {
    cwd: WORKSPACE_ROOT,
    env: { ...process.env, NX_DAEMON: "false", NX_TUI: "false" },
    encoding: "utf8",
    timeout: BUILD_MS,
    shell: process.platform === "win32",
  });
  if (built.status !== 0) throw new Error(`the core plugin could not be built:\n${built.stdout}${built.stderr}`);
  const folder = mkdtempSync(join(tmpdir(), "voice-call-demo-"));
  return join(folder, packPackage(join(WORKSPACE_ROOT, CORE), folder));
}
