import { describe, expect, it } from "vitest";
import { inspectTarball } from "./inspect-tarball.ts";
import { importableSpecifiers, type Tarball } from "./tarball.ts";

const EXPORTS = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./package.json": "./package.json" };
const SOUND: Tarball = {
  path: "/x.tgz",
  manifest: { name: "@openclaw/x", version: "1.0.0", files: ["dist", "README.md", "CHANGELOG.md"], exports: EXPORTS },
  files: ["README.md", "dist/index.d.ts", "dist/index.js", "package.json"],
};

function faults(change: Partial<Tarball["manifest"]>, files: readonly string[] = []): string[] {
  const tarball = { ...SOUND, manifest: { ...SOUND.manifest, ...change }, files: [...SOUND.files, ...files] };
  return inspectTarball(tarball, new Set(["@openclaw/call-engine"]));
}

describe("a packed package", () => {
  it("passes with what its manifest lists, and its papers", () => {
    expect(faults({}, ["LICENSE", "CHANGELOG.md", "dist/testing/index.js"])).toEqual([]);
  });

  it.each(["src/index.ts", "tsconfig.json", "dist/calls.test.js", ".env", "dist/.secret", "test-results/unit.json"])("may not contain %s", (file) => {
    expect(faults({}, [file])).toEqual([expect.stringContaining(file)]);
  });

  it("may not ask for a package by a protocol of the workspace", () => {
    expect(faults({ dependencies: { "@openclaw/y": "workspace:^" } })).toEqual([expect.stringContaining("workspace:^")]);
    expect(faults({ peerDependencies: { "@openclaw/y": "file:../y" } })).toEqual([expect.stringContaining("file:../y")]);
  });

  it("may not depend on what is never published, unless that comes inside", () => {
    const dependencies = { "@openclaw/call-engine": "^0.0.0" };
    expect(faults({ dependencies })).toEqual([expect.stringContaining("@openclaw/call-engine")]);
    expect(faults({ dependencies, bundleDependencies: ["@openclaw/call-engine"] }, ["node_modules/@openclaw/call-engine/dist/index.js"])).toEqual([]);
  });

  it("contains every file that it promises", () => {
    expect(faults({ exports: { ...EXPORTS, "./testing": "./dist/testing.js" } })).toEqual([expect.stringContaining("dist/testing.js")]);
    expect(faults({ openclaw: { extensions: ["./dist/plugin.js"] } } as object)).toEqual([expect.stringContaining("dist/plugin.js")]);
  });

  it("offers its modules to import, and not its manifest", () => {
    const manifest = { ...SOUND.manifest, exports: { ...EXPORTS, "./testing": { default: "./dist/testing.js" } } };
    expect(importableSpecifiers({ manifest })).toEqual(["@openclaw/x", "@openclaw/x/testing"]);
  });
});
