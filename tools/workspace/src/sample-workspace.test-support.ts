import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of its own with the given files; gone when the scope that holds it ends. */
export interface SampleWorkspace extends Disposable {
  readonly root: string;
}

/**
 * Writes a workspace for one test.
 *
 * @param files path to text, or to an object that is written as JSON
 */
export function sampleWorkspace(files: Readonly<Record<string, string | object>>): SampleWorkspace {
  const root = mkdtempSync(join(tmpdir(), "voice-call-sample-"));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}
