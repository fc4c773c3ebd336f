import { existsSync } from "node:fs";
import { join } from "node:path";
import { readProjects, type Project } from "../projects.ts";
import type { Finding } from "./finding.ts";

/**
 * Files that every provider has, so that who knows one provider finds the way in all.
 * Names are the contract's words; a vendor's name appears in exported symbols only.
 */
export const PROVIDER_FILES = [
  "src/index.ts",
  "src/definition.ts",
  "src/config.ts",
  "src/capabilities.ts",
  "src/conformance.test.ts",
  "src/testing/index.ts",
];

/** Files of a provider that the host installs by itself: its package.json says so under `openclaw`. */
export const PLUGIN_FILES = ["openclaw.plugin.json", "src/plugin.ts"];

/** The packages of the workspace that hold a provider. */
export function providerProjects(workspaceRoot: string): Project[] {
  return readProjects(workspaceRoot).filter(({ tags }) => tags.includes("type:provider"));
}

/** Every provider package that lacks one of the files all providers share, or all that are plugins. */
export function checkProviderShape(workspaceRoot: string): Finding[] {
  return providerProjects(workspaceRoot).flatMap(({ root, manifest }) => {
    const files = "openclaw" in manifest ? [...PROVIDER_FILES, ...PLUGIN_FILES] : PROVIDER_FILES;
    return files
      .filter((file) => !existsSync(join(workspaceRoot, root, file)))
      .map((file) => ({ check: "provider-shape", path: `${root}/${file}`, message: "Every provider has this file; this one does not." }));
  });
}
