import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { WORKSPACE_ROOT } from "../root.ts";

/** A program that Node can run. Disposing of it removes it. */
export interface Bundle extends Disposable {
  readonly file: string;
}

/**
 * Bundles a program with the sources of the workspace's packages, as the compiler's `paths` say: Node runs no TypeScript
 * whose constructors declare fields, and knows no `paths`. Packages of others stay outside, so the bundle lies where
 * Node finds them.
 */
export async function bundle(entry: string, tsconfig: string): Promise<Bundle> {
  const cache = join(WORKSPACE_ROOT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "bench-"));
  const file = join(folder, `${basename(entry, ".ts")}.mjs`);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await esbuild.build({
      entryPoints: [entry],
      outfile: file,
      tsconfig,
      bundle: true,
      packages: "external",
      platform: "node",
      format: "esm",
      target: "node24",
      sourcemap: "inline",
      logLevel: "warning",
      plugins: [ownUrls],
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { file, [Symbol.dispose]: remove };
}

/** Lets each source find its neighbours by `import.meta.url`, as if it were not bundled. */
const ownUrls: esbuild.Plugin = {
  name: "own-urls",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)), loader: "ts" };
    });
  },
};
