import { runtimeDependencies } from "../projects.ts";
import type { Tarball } from "./tarball.ts";

/** What may lie in any package beside what its manifest lists under `files`. */
const ALWAYS = /^(?:package\.json|readme(?:\.md)?|changelog\.md|licen[cs]e(?:\.md|\.txt)?)$/i;
const NEVER = /(?:^|\/)(?:src|e2e|node_modules|coverage|test-results)\/|\.(?:test|test-support)\.|\.tsbuildinfo$|(?:^|\/)\./;

/**
 * What is wrong with a packed package, without installing it.
 *
 * @param privateNames packages of the workspace that are never published
 * @returns one sentence for each fault; empty where there is none
 */
export function inspectTarball(tarball: Tarball, privateNames: ReadonlySet<string>): string[] {
  const { manifest, files } = tarball;
  const bundled = new Set(manifest.bundleDependencies ?? []);
  const wanted = Object.entries(runtimeDependencies(manifest)).filter(([name]) => !bundled.has(name));
  return [
    ...wanted
      .filter(([, range]) => /^(?:workspace|file|link|portal):/.test(range))
      .map(([name, range]) => `asks for ${name} as "${range}", which only this workspace understands`),
    ...wanted.filter(([name]) => privateNames.has(name)).map(([name]) => `depends on ${name}, which is never published; bundle it`),
    ...files.filter((file) => !isListed(file, manifest.files ?? [], bundled)).map((file) => `contains ${file}, which does not belong to a user`),
    ...promisedFiles(tarball)
      .filter((file) => !files.includes(file))
      .map((file) => `promises ${file}, which is not inside`),
  ];
}

function isListed(file: string, listed: readonly string[], bundled: ReadonlySet<string>): boolean {
  if (ALWAYS.test(file)) return true;
  if ([...bundled].some((name) => file.startsWith(`node_modules/${name}/`))) return true;
  return !NEVER.test(file) && listed.some((entry) => file === entry || file.startsWith(`${entry}/`));
}

/** Every file that the manifest points at: exports with their types, and the host's entry points. */
function promisedFiles({ manifest }: Tarball): string[] {
  const host = (manifest as { openclaw?: { extensions?: readonly string[] } }).openclaw?.extensions ?? [];
  const exported = Object.values(manifest.exports ?? {}).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  return [...new Set([...exported, ...host])].filter((path) => !path.includes("*")).map((path) => path.replace(/^\.\//, ""));
}
