import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtimeDependencies } from "../projects.ts";
import { runAsStranger } from "./npm.ts";
import { importableSpecifiers, type Tarball } from "./tarball.ts";

/**
 * Installs a tarball into an empty folder outside the workspace, without a network, and imports every way into it.
 *
 * Packages of the workspace that it depends on come from their own tarballs, as if they were published; `openclaw`,
 * where the package has it as a peer, stands beside it as the Gateway provides it. Anything else would have to come
 * from the registry and fails.
 *
 * @param hostFolder folder of the `openclaw` package
 * @throws NpmError where the install fails, or an import fails or leaves the process open
 * @returns the specifiers that were imported
 */
export function verifyInstall(tarball: Tarball, all: readonly Tarball[], hostFolder: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "voice-call-install-"));
  try {
    const dependencies = Object.fromEntries(withWorkspaceDependencies(tarball, all).map(({ manifest, path }) => [manifest.name, `file:${path}`]));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module", dependencies }));
    const flags = ["--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--cache", join(folder, ".npm-cache")];
    runAsStranger("npm", ["install", ...flags], folder);
    if (tarball.manifest.peerDependencies?.["openclaw"] !== undefined) provideHost(folder, hostFolder);
    const specifiers = importableSpecifiers(tarball);
    for (const specifier of specifiers) runAsStranger(process.execPath, ["--input-type=module", "--eval", `await import(${JSON.stringify(specifier)})`], folder);
    return specifiers;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withWorkspaceDependencies(tarball: Tarball, all: readonly Tarball[], seen = new Set<Tarball>()): Tarball[] {
  if (seen.has(tarball)) return [];
  seen.add(tarball);
  const wanted = runtimeDependencies(tarball.manifest);
  const next = all.filter(({ manifest }) => Object.hasOwn(wanted, manifest.name));
  return [tarball, ...next.flatMap((dependency) => withWorkspaceDependencies(dependency, all, seen))];
}

function provideHost(folder: string, hostFolder: string): void {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(hostFolder, join(folder, "node_modules", "openclaw"), "junction");
}
