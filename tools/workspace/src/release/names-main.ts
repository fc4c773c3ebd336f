import { isPublishable, readProjects } from "../projects.ts";
import { WORKSPACE_ROOT } from "../root.ts";

/**
 * Fails where npm does not know one of our packages yet. Publishing from CI proves who we are by trusted publishing,
 * which npm can be told about only after a name has been published once by hand.
 */
const names = readProjects(WORKSPACE_ROOT).filter(isPublishable).flatMap(({ manifest }) => manifest.name ?? []);
const missing: string[] = [];
for (const name of names) {
  const url = `https://registry.npmjs.org/${name.replace("/", "%2f")}`;
  const { status } = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(30_000) });
  if (status === 404) missing.push(name);
  else if (status !== 200) throw new Error(`The registry answers ${status} for ${name}; try again later.`);
}
for (const name of missing) {
  console.error(`${name} is not on npm yet. Publish its first version by hand and add this workflow as its trusted publisher (CONTRIBUTING.md).`);
}
process.exitCode = missing.length === 0 ? 0 : 1;
