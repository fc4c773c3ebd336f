import { describe, expect, it } from "vitest";
import { sampleWorkspace } from "../sample-workspace.test-support.ts";
import { checkPackageManifests } from "./package-manifest.ts";

const SOUND = {
  name: "@openclaw/sample",
  version: "1.0.0",
  description: "A sample.",
  type: "module",
  license: "MIT",
  repository: { directory: "libs/sample" },
  engines: { node: ">=22.18" },
  files: ["dist", "README.md", "CHANGELOG.md"],
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" }, "./package.json": "./package.json" },
  publishConfig: { access: "public", provenance: true },
  nx: { tags: ["type:provider"] },
};

function complaints(manifest: object, without: string[] = []): string[] {
  const files = { "libs/sample/package.json": manifest, "libs/sample/README.md": "# Sample\n", "libs/sample/tsconfig.json": {} };
  using sample = sampleWorkspace(Object.fromEntries(Object.entries(files).filter(([path]) => !without.includes(path))));
  return checkPackageManifests(sample.root).map(({ message }) => message);
}

describe("the manifest of a package", () => {
  it("passes where everything is as agreed", () => {
    expect(complaints(SOUND)).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ["a foreign name", { name: "sample" }, /^name/],
    ["no description", { description: "" }, /^description/],
    ["no licence", { license: undefined }, /^license/],
    ["another licence", { license: "ISC" }, /^license/],
    ["CommonJS", { type: "commonjs" }, /^type/],
    ["no engines", { engines: {} }, /^engines/],
    ["no tag", { nx: { tags: [] } }, /^nx\.tags/],
    ["an unknown tag", { nx: { tags: ["type:helper"] } }, /^nx\.tags/],
    ["two kinds at once", { nx: { tags: ["type:app", "type:tool"] } }, /^nx\.tags/],
    ["no exports", { exports: { "./package.json": "./package.json" } }, /exports\["\."\]/],
    ["exports without types", { exports: { ...SOUND.exports, ".": "./dist/index.js" } }, /types/],
    ["a hidden package.json", { exports: { ".": SOUND.exports["."] } }, /package\.json/],
    ["sources in the package", { files: ["dist", "src", "README.md", "CHANGELOG.md"] }, /^files/],
    ["no changelog in the package", { files: ["dist", "README.md"] }, /^files/],
    ["no provenance", { publishConfig: { access: "public" } }, /^publishConfig/],
    ["another folder's name", { repository: { directory: "libs/other" } }, /^repository/],
    ["a dependency that a user would have to fetch", { dependencies: { ws: "^8.0.0" } }, /^ws/],
    ["the workspace protocol", { dependencies: { "@openclaw/sample": "workspace:*" } }, /workspace:\*/],
    ["a file as a development dependency", { devDependencies: { other: "file:../other" } }, /file:/],
    ["a version although it is private", { private: true }, /private/],
  ])("is refused with %s", (_what, change, expected) => {
    const found = complaints({ ...SOUND, ...change });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  it("may leave out types where the host alone imports the package", () => {
    expect(complaints({ ...SOUND, nx: { tags: ["type:app"] }, exports: { ...SOUND.exports, ".": "./dist/index.js" } })).toEqual([]);
  });

  it.each(["README.md", "tsconfig.json"])("is refused without %s beside it", (file) => {
    expect(complaints(SOUND, [`libs/sample/${file}`])).toEqual([expect.stringMatching(`^${file}`)]);
  });

  it("is missed where a folder has none", () => {
    using sample = sampleWorkspace({ "libs/stray/src/index.ts": "" });
    expect(checkPackageManifests(sample.root)).toMatchObject([{ path: "libs/stray" }]);
  });
});
