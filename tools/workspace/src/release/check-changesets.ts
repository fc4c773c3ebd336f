import { isPublishable, readProjects, type Project } from "../projects.ts";
import { hasReleases } from "./changelog.ts";
import { readChangesets, type Changeset } from "./changeset.ts";

/**
 * What is wrong with the changesets, one sentence each.
 *
 * A published package has a changelog, or a changeset that will begin one. Until that first release the version in its
 * manifest is the version to be released, so its changesets raise nothing: they say `none`.
 */
export function changesetComplaints(workspaceRoot: string): string[] {
  const published = readProjects(workspaceRoot).filter(isPublishable);
  const changesets = readChangesets(workspaceRoot);
  return [
    ...changesets.flatMap((changeset) => shapeComplaints(changeset, published)),
    ...published
      .filter((project) => !hasReleases(workspaceRoot, project))
      .flatMap((project) => firstReleaseComplaints(project, changesets)),
  ];
}

function shapeComplaints({ path, bumps, summary }: Changeset, published: readonly Project[]): string[] {
  const names = new Set(published.map(({ manifest }) => manifest.name));
  const strangers = [...bumps.keys()].filter((name) => !names.has(name));
  return [
    ...strangers.map((name) => `${path} names ${name}, which this workspace does not publish.`),
    ...(bumps.size > 0 && summary === "" ? [`${path} does not say what changed.`] : []),
  ];
}

function firstReleaseComplaints({ manifest, root }: Project, changesets: readonly Changeset[]): string[] {
  const name = manifest.name ?? root;
  const own = changesets.filter(({ bumps }) => bumps.has(name));
  if (own.length === 0) return [`${name} has neither a release in its CHANGELOG.md nor a changeset. Run npm run changeset.`];
  return own
    .filter(({ bumps }) => bumps.get(name) !== "none")
    .map(({ path }) => `${path} raises ${name}, whose ${manifest.version} has not been released yet. Say none until it has.`);
}
