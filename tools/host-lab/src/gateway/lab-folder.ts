import { mkdirSync, mkdtempSync, realpathSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sharedCacheFolder } from "../processes/host-binary.ts";
import { removeFolder } from "../processes/remove-folder.ts";
import { guardFolder, releaseFolder } from "../processes/safety-net.ts";

/** The places of one lab, all under one temporary folder. */
export interface LabFolder {
  readonly root: string;
  /** `OPENCLAW_STATE_DIR` */
  readonly state: string;
  /** `OPENCLAW_CONFIG_PATH` */
  readonly config: string;
  readonly home: string;
  /** `TMPDIR` */
  readonly temp: string;
  /** The agent's workspace. */
  readonly workspace: string;
  /** The Gateway's structured log, one JSON object a line. */
  readonly logFile: string;
}

/** Makes the folder; it is deleted with `removeLabFolder`, or when this process ends in any way. */
export function makeLabFolder(): LabFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "openclaw-lab-")));
  guardFolder(root);
  const folder: LabFolder = {
    root,
    state: join(root, "state"),
    config: join(root, "openclaw.json"),
    home: join(root, "home"),
    temp: join(root, "tmp"),
    workspace: join(root, "workspace"),
    logFile: join(root, "gateway.jsonl"),
  };
  for (const path of [folder.state, folder.home, folder.temp, folder.workspace]) mkdirSync(path, { mode: 0o700 });
  shareCompileCache(folder.temp);
  return folder;
}

export function removeLabFolder(folder: LabFolder): void {
  removeFolder(folder.root);
  releaseFolder(folder.root);
}

/**
 * The host keeps V8's compiled code in `<TMPDIR>/node-compile-cache`; starting cold costs it seconds. A link lets all
 * labs share one. (`NODE_COMPILE_CACHE` would do too, but makes the host start itself anew in a child, so that a kill
 * would hit the wrong process.)
 */
function shareCompileCache(temp: string): void {
  const cache = join(sharedCacheFolder(), "node-compile-cache");
  try {
    mkdirSync(cache, { recursive: true });
    symlinkSync(cache, join(temp, "node-compile-cache"), "dir");
  } catch {
    // A read-only installation: each lab then compiles for itself.
  }
}
