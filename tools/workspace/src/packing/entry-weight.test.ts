import { describe, expect, it } from "vitest";
import { sampleWorkspace } from "../sample-workspace.test-support.ts";
import { ENTRY_LIMIT_BYTES, heavyEntries } from "./entry-weight.ts";

const MANIFEST = {
  exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
  openclaw: { extensions: ["./dist/plugin.js"] },
};
const SDK = `export const sdk = "${"x".repeat(ENTRY_LIMIT_BYTES)}";\n`;
const LIGHT = { "dist/index.js": 'export * from "./chunk-a.js";\n', "dist/plugin.js": 'import "./chunk-a.js";\n', "dist/chunk-sdk.js": SDK };

function complaints(files: Readonly<Record<string, string>>, manifest: object = MANIFEST): string[] {
  using sample = sampleWorkspace({ ...LIGHT, ...files });
  return heavyEntries(sample.root, manifest);
}

describe("the entry of a plugin", () => {
  it("may import a large chunk at its first use", () => {
    expect(complaints({ "dist/chunk-a.js": 'export const load = () => import("./chunk-sdk.js");\n' })).toEqual([]);
  });

  it.each([
    ["by an import", 'import {\n  sdk\n} from "./chunk-sdk.js";\nexport { sdk };\n'],
    ["for its effects", 'import "./chunk-sdk.js";\n'],
    ["by exporting from it", 'export { sdk } from "./chunk-sdk.js";\n'],
    ["over a chunk in between", 'import "./chunk-b.js";\n'],
  ])("may not bring it along %s", (_how, code) => {
    const found = complaints({ "dist/chunk-a.js": code, "dist/chunk-b.js": 'import "./chunk-sdk.js";\n' });
    expect(found).toEqual([expect.stringMatching(/\.\/dist\/plugin\.js.*dist\/chunk-sdk\.js/), expect.stringMatching(/\.\/dist\/index\.js.*dist\/chunk-sdk\.js/)]);
  });

  it("may be any size in a package that is no plugin", () => {
    expect(complaints({ "dist/chunk-a.js": 'import "./chunk-sdk.js";\n' }, { exports: MANIFEST.exports })).toEqual([]);
  });

  it("may import in a circle", () => {
    expect(complaints({ "dist/chunk-a.js": 'import "./chunk-b.js";\n', "dist/chunk-b.js": 'import "./chunk-a.js";\n' })).toEqual([]);
  });
});
