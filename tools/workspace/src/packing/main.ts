import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { runCommand } from "../pipeline/run-command.ts";
import { readProjects, isPublishable } from "../projects.ts";
import { WORKSPACE_ROOT } from "../root.ts";
import { heavyEntries } from "./entry-weight.ts";
import { inspectTarball } from "./inspect-tarball.ts";
import { packWorkspace } from "./pack-workspace.ts";
import { verifyInstall } from "./verify-install.ts";

const { values } = parseArgs({ options: { "no-install-check": { type: "boolean", default: false } } });

const projects = readProjects(WORKSPACE_ROOT);
const names = projects.filter(isPublishable).flatMap(({ manifest }) => manifest.name ?? []);
const built = await runCommand({
  program: "nx",
  args: ["run-many", "-t", "build", "--projects", names.join(",")],
  cwd: WORKSPACE_ROOT,
  deadlineMs: 10 * 60_000,
  env: { NX_DAEMON: "false", NX_TUI: "false" },
});
process.exitCode = built.ok ? packAndCheck() : 1;

function packAndCheck(): number {
  const privateNames = new Set(projects.filter((project) => !isPublishable(project)).flatMap(({ manifest }) => manifest.name ?? []));
  const tarballs = packWorkspace(WORKSPACE_ROOT);
  let faults = 0;
  for (const tarball of tarballs) {
    const { name, version } = tarball.manifest;
    const { root = "." } = projects.find(({ manifest }) => manifest.name === name) ?? {};
    const complaints = [...inspectTarball(tarball, privateNames), ...heavyEntries(join(WORKSPACE_ROOT, root), tarball.manifest)];
    if (complaints.length === 0 && !values["no-install-check"]) {
      verifyInstall(tarball, tarballs, join(WORKSPACE_ROOT, "node_modules", "openclaw"));
    }
    console.log(`${relative(WORKSPACE_ROOT, tarball.path)}  ${name} ${version}, ${tarball.files.length} files`);
    for (const complaint of complaints) console.error(`  ${name} ${complaint}.`);
    faults += complaints.length;
  }
  return faults === 0 ? 0 : 1;
}
