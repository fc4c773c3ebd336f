import { dirname } from "node:path";
import type { Manifest } from "../projects.ts";
import { runAsStranger } from "./npm.ts";

/** A package as npm would publish it. */
export interface Tarball {
  /** Absolute path of the .tgz. */
  readonly path: string;
  readonly manifest: Manifest & { readonly name: string; readonly version: string };
  /** Files inside, relative to the package. */
  readonly files: readonly string[];
}

/** Opens a tarball that `npm pack` made. */
export function readTarball(path: string): Tarball {
  const tar = (args: readonly string[]) => runAsStranger("tar", [...args], dirname(path));
  const manifest = JSON.parse(tar(["-xzOf", path, "package/package.json"])) as Tarball["manifest"];
  const files = tar(["-tzf", path])
    .split(/\r?\n/)
    .filter((entry) => entry.startsWith("package/") && !entry.endsWith("/"))
    .map((entry) => entry.slice("package/".length))
    .sort();
  return { path, manifest, files };
}

/** The ways into a package: what `exports` offers to `import`, as specifiers such as `@openclaw/x/testing`. */
export function importableSpecifiers({ manifest }: Pick<Tarball, "manifest">): string[] {
  return Object.entries(manifest.exports ?? {})
    .filter(([subpath, target]) => !subpath.includes("*") && defaultTarget(target)?.endsWith(".js"))
    .map(([subpath]) => `${manifest.name}${subpath.slice(1)}`);
}

/** The file that an entry of `exports` gives to `import`. */
export function defaultTarget(target: string | Readonly<Record<string, string>>): string | undefined {
  return typeof target === "string" ? target : (target["import"] ?? target["default"]);
}
