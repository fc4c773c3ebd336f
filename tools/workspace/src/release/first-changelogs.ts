import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isPublishable, readProjects } from "../projects.ts";
import { changelogPath, hasReleases } from "./changelog.ts";
import { readChangesets } from "./changeset.ts";

/**
 * Begins the changelog of every package that has never been released.
 *
 * Its manifest already carries the version to be released, so its changesets say `none`, and a `none` leaves no line in
 * a changelog. This writes those lines under the manifest's version instead.
 *
 * @returns paths of the changelogs that were begun, relative to the workspace
 */
export function beginChangelogs(workspaceRoot: string): string[] {
  const changesets = readChangesets(workspaceRoot);
  return readProjects(workspaceRoot)
    .filter(isPublishable)
    .filter((project) => !hasReleases(workspaceRoot, project))
    .flatMap((project) => {
      const { manifest } = project;
      const path = changelogPath(project);
      const summaries = changesets.filter(({ bumps }) => bumps.get(manifest.name ?? "") === "none").map(({ summary }) => summary);
      if (summaries.length === 0) return [];
      const lines = summaries.map((summary) => `- ${summary.replaceAll("\n", "\n  ")}`);
      const text = [`# ${manifest.name}`, `## ${manifest.version}`, "### First release", lines.join("\n")].join("\n\n");
      writeFileSync(join(workspaceRoot, path), `${text}\n`);
      return [path];
    });
}
