import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isPublishable, readProjects } from "../projects.ts";
import { runAsStranger } from "./npm.ts";
import { readTarball, type Tarball } from "./tarball.ts";

/** Where the packed packages lie, relative to the workspace. */
export const PACKAGES_FOLDER = join("dist", "packages");

/**
 * Packs every published package of the workspace into `dist/packages`, under the names that npm gives.
 *
 * Packages must have been built. Each tarball is written elsewhere and moved into place, so who installs from the
 * folder meanwhile meets the old one or the new one; tarballs that no package makes any more are removed.
 */
export function packWorkspace(workspaceRoot: string): Tarball[] {
  const folder = join(workspaceRoot, PACKAGES_FOLDER);
  mkdirSync(folder, { recursive: true });
  const temporary = mkdtempSync(join(workspaceRoot, "dist", ".packing-"));
  try {
    const names = readProjects(workspaceRoot).filter(isPublishable).map(({ root }) => packPackage(join(workspaceRoot, root), temporary));
    for (const name of names) renameSync(join(temporary, name), join(folder, name));
    for (const name of readdirSync(folder)) {
      if (name.endsWith(".tgz") && !names.includes(name)) rmSync(join(folder, name));
    }
    return names.map((name) => readTarball(join(folder, name)));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The tarballs that an earlier `packWorkspace` left. */
export function packedTarballs(workspaceRoot: string): Tarball[] {
  const folder = join(workspaceRoot, PACKAGES_FOLDER);
  return readdirSync(folder)
    .filter((name) => name.endsWith(".tgz"))
    .sort()
    .map((name) => readTarball(join(folder, name)));
}

/** Packs the built package in `folder` into `destination`. Returns the file's name. */
export function packPackage(folder: string, destination: string): string {
  const output = runAsStranger("npm", ["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", destination], folder);
  const [packed] = JSON.parse(output) as { filename: string }[];
  if (packed === undefined) throw new Error(`npm pack made nothing of ${folder}.`);
  return packed.filename;
}
