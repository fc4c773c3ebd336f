import { existsSync } from "node:fs";
import { join } from "node:path";
import { isPublishable, projectFolders, readProjects, runtimeDependencies, type Project } from "../projects.ts";
import type { Finding } from "./finding.ts";

/** The kinds of room there are; a package is exactly one of them. */
const TYPES = ["contract", "audio", "kit", "provider", "engine", "app", "tool"];

/** Folders of the workspace that are no packages: this tooling runs before anything is installed. */
const NO_PACKAGE = new Set(["tools/workspace"]);

/** Every package whose manifest or folder lacks what users, npm or the other checks rely on. */
export function checkPackageManifests(workspaceRoot: string): Finding[] {
  const projects = readProjects(workspaceRoot);
  const names = new Set(projects.map(({ manifest }) => manifest.name));
  const known = new Set(projects.map(({ root }) => root));
  const strangers = projectFolders(workspaceRoot).filter((root) => !known.has(root) && !NO_PACKAGE.has(root));
  return [
    ...strangers.map((root) => finding(root, "The folder has no package.json, so nothing builds, lints or tests it.")),
    ...projects.flatMap((project) =>
      complaints(workspaceRoot, project, names).map((message) => finding(`${project.root}/package.json`, message)),
    ),
  ];
}

function complaints(workspaceRoot: string, project: Project, workspaceNames: ReadonlySet<string | undefined>): string[] {
  const { root, manifest, tags } = project;
  const has = (file: string) => existsSync(join(workspaceRoot, root, file));
  const types = tags.filter((tag) => tag.startsWith("type:"));
  return [
    ...when(!manifest.name?.startsWith("@openclaw/"), "name is not under @openclaw/."),
    ...when(!manifest.description, "description is missing."),
    ...when(manifest.license !== "MIT", 'license is not "MIT".'),
    ...when(manifest.type !== "module", 'type is not "module".'),
    ...when(!manifest.engines?.["node"], "engines.node is missing."),
    ...when(
      types.length !== 1 || !TYPES.includes(types[0]?.slice("type:".length) ?? ""),
      `nx.tags needs exactly one of ${TYPES.map((type) => `type:${type}`).join(", ")}; the boundary rules go by it.`,
    ),
    ...when(!has("README.md"), "README.md is missing."),
    ...when(!has("tsconfig.json"), "tsconfig.json is missing, so Nx does not see the project."),
    ...foreignProtocols(project),
    ...(isPublishable(project) ? publishingComplaints(project, workspaceNames) : when(manifest.version !== "0.0.0", 'a private package has version "0.0.0".')),
  ];
}

function publishingComplaints({ root, manifest, tags }: Project, workspaceNames: ReadonlySet<string | undefined>): string[] {
  const main = manifest.exports?.["."];
  const typed = typeof main === "object" && "types" in main && "default" in main;
  const isLibrary = !tags.includes("type:app");
  const notBundled = Object.keys(runtimeDependencies(manifest)).filter((name) => !workspaceNames.has(name) && name !== "openclaw");
  return [
    ...when(main === undefined, 'exports["."] is missing.'),
    ...when(isLibrary && main !== undefined && !typed, 'exports["."] lacks types or default.'),
    ...when(manifest.exports?.["./package.json"] === undefined, 'exports["./package.json"] is missing; the host reads it.'),
    ...when(!manifest.files?.includes("dist") || manifest.files.some((file) => /^(?:src|\.|\*)/.test(file)), "files must list dist and may not list sources."),
    ...when(!manifest.files?.includes("README.md") || !manifest.files.includes("CHANGELOG.md"), "files must list README.md and CHANGELOG.md."),
    ...when(manifest.publishConfig?.access !== "public" || manifest.publishConfig.provenance !== true, "publishConfig needs access public and provenance true."),
    ...when(manifest.repository?.directory !== root, `repository.directory is not "${root}"; npm's provenance check compares it.`),
    ...notBundled.map((name) => `${name} would be fetched when a user installs this. Bundle it as a devDependency: a Gateway may have no registry.`),
  ];
}

function foreignProtocols({ manifest }: Project): string[] {
  const all = { ...runtimeDependencies(manifest), ...manifest.devDependencies };
  return Object.entries(all)
    .filter(([, range]) => /^(?:workspace|file|link|portal):/.test(range))
    .map(([name, range]) => `${name} is asked for as "${range}", which means nothing outside this folder. Write a version range.`);
}

function when(broken: boolean, message: string): string[] {
  return broken ? [message] : [];
}

function finding(path: string, message: string): Finding {
  return { check: "package-manifest", path, message };
}
