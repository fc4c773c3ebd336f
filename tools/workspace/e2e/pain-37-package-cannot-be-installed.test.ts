import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { inspectTarball } from "../src/packing/inspect-tarball.ts";
import { runAsStranger } from "../src/packing/npm.ts";
import { packedTarballs } from "../src/packing/pack-workspace.ts";
import { readTarball, type Tarball } from "../src/packing/tarball.ts";
import { verifyInstall } from "../src/packing/verify-install.ts";
import { isPublishable, readProjects } from "../src/projects.ts";
import { WORKSPACE_ROOT } from "../src/root.ts";

const HOST = join(WORKSPACE_ROOT, "node_modules", "openclaw");
const tarballs = packedTarballs(WORKSPACE_ROOT);

describe("pain 37: a package that cannot be installed", () => {
  it("every published package has been packed", () => {
    const published = readProjects(WORKSPACE_ROOT).filter(isPublishable).map(({ manifest }) => manifest.name);
    expect(tarballs.map(({ manifest }) => manifest.name).sort()).toEqual(published.sort());
  });

  it.each(tarballs.map((tarball) => [tarball.manifest.name, tarball] as const))(
    "%s installs into an empty folder without a network, and every way into it can be imported",
    (name, tarball) => {
      expect(inspectTarball(tarball, new Set())).toEqual([]);
      expect(verifyInstall(tarball, tarballs, HOST)).toContain(name);
    },
  );

  describe("is noticed before it is published", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "voice-call-broken-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("when a dependency is asked for by the workspace protocol", () => {
      const broken = pack(folder, { dependencies: { "@openclaw/telephony-contract": "workspace:*" } });
      expect(inspectTarball(broken, new Set()).join()).toContain("workspace:*");
      expect(() => verifyInstall(broken, tarballs, HOST)).toThrow(/workspace/i);
    });

    it("when a dependency would have to come from the registry", () => {
      const broken = pack(folder, { dependencies: { "left-pad": "^1.3.0" } });
      expect(() => verifyInstall(broken, tarballs, HOST)).toThrow(/left-pad/);
    });

    it("when an entry throws on import", () => {
      const broken = pack(folder, {}, "throw new Error('not outside the workspace');\n");
      expect(() => verifyInstall(broken, tarballs, HOST)).toThrow("not outside the workspace");
    });
  });
});

function pack(folder: string, manifest: object, entry = "export {};\n"): Tarball {
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist", "index.js"), entry);
  const whole = { name: "@openclaw/broken", version: "1.0.0", type: "module", files: ["dist"], exports: { ".": "./dist/index.js" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...whole, ...manifest }));
  runAsStranger("npm", ["pack", "--loglevel=error"], folder);
  return readTarball(join(folder, "openclaw-broken-1.0.0.tgz"));
}
