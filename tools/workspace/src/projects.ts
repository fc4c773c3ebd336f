import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The fields of a package.json that this tooling reads. All of them are somebody's typing, so all may be missing. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly files?: readonly string[];
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly repository?: { readonly directory?: string };
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bundleDependencies?: readonly string[];
  readonly nx?: { readonly tags?: readonly string[] };
}

/** A folder of the workspace with a package.json of its own. */
export interface Project {
  /** Path relative to the workspace, with forward slashes: `libs/audio`. */
  readonly root: string;
  readonly manifest: Manifest;
  readonly tags: readonly string[];
}

/** Folders that hold projects. */
export const PROJECT_FOLDERS = ["libs", "apps", "tools"] as const;

/** Every package of the workspace under `workspaceRoot`, by path. */
export function readProjects(workspaceRoot: string): Project[] {
  return projectFolders(workspaceRoot).flatMap((root) => {
    const path = join(workspaceRoot, root, "package.json");
    if (!existsSync(path)) return [];
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
    return [{ root, manifest, tags: manifest.nx?.tags ?? [] }];
  });
}

/** Every folder in which a project may live, whether or not it has a package.json. */
export function projectFolders(workspaceRoot: string): string[] {
  return PROJECT_FOLDERS.filter((parent) => existsSync(join(workspaceRoot, parent))).flatMap((parent) =>
    readdirSync(join(workspaceRoot, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`)
      .sort(),
  );
}

/** Whether the package goes to the npm registry. */
export function isPublishable({ manifest }: Project): boolean {
  return manifest.private !== true;
}

/** The packages that an installation of `manifest` brings or expects: name to range. */
export function runtimeDependencies(manifest: Manifest): Record<string, string> {
  return { ...manifest.peerDependencies, ...manifest.optionalDependencies, ...manifest.dependencies };
}
