import { describe, expect, it } from "vitest";
import { sampleWorkspace } from "../src/sample-workspace.test-support.ts";
import { staleReason } from "./lockfile.mjs";

const A = { version: "1.0.0", resolved: "https://registry/a", integrity: "sha512-a" };
const B = { version: "2.0.0", resolved: "https://registry/b", integrity: "sha512-b" };

function reason(wanted: object, installed: object | string | undefined): string | undefined {
  using sample = sampleWorkspace({
    "package-lock.json": { packages: { "": { name: "root" }, ...wanted } },
    ...(installed !== undefined && {
      "node_modules/.package-lock.json": typeof installed === "string" ? installed : { packages: installed },
    }),
  });
  return staleReason(sample.root);
}

describe("an install", () => {
  it("is needed where nothing is installed, or the last install did not end", () => {
    expect(reason({ "node_modules/a": A }, undefined)).toMatch(/nothing is installed/);
    expect(reason({ "node_modules/a": A }, "{ half a rec")).toMatch(/unreadable/);
  });

  it("is needed where a package is missing, changed or no longer wanted", () => {
    expect(reason({ "node_modules/a": A, "node_modules/b": B }, { "node_modules/a": A })).toMatch(/node_modules\/b is not installed/);
    expect(reason({ "node_modules/a": { ...A, version: "1.0.1" } }, { "node_modules/a": A })).toMatch(/node_modules\/a is not the version/);
    expect(reason({ "node_modules/a": { ...A, integrity: "sha512-x" } }, { "node_modules/a": A })).toMatch(/node_modules\/a is not the version/);
    expect(reason({ "node_modules/a": A }, { "node_modules/a": A, "node_modules/b": B })).toMatch(/no longer in the lockfile/);
  });

  it("is not needed where contents agree, whatever else the entries say", () => {
    expect(reason({ "node_modules/a": { ...A, dev: true } }, { "node_modules/a": { ...A, license: "MIT" } })).toBeUndefined();
  });

  it("is not needed because a mirror of the registry was used", () => {
    expect(reason({ "node_modules/a": A }, { "node_modules/a": { ...A, resolved: "https://mirror/a" } })).toBeUndefined();
    expect(reason({ "node_modules/a": { ...A, resolved: undefined } }, { "node_modules/a": A })).toBeUndefined();
  });

  it("is needed where a package of the workspace has moved", () => {
    expect(reason({ "node_modules/a": { resolved: "libs/a", link: true } }, { "node_modules/a": { resolved: "apps/a", link: true } })).toMatch(/node_modules\/a/);
  });

  it("is not needed for packages of other platforms", () => {
    expect(reason({ "node_modules/a": A, "node_modules/mac": { ...B, optional: true } }, { "node_modules/a": A })).toBeUndefined();
  });

  it("is needed where an optional package is there in another version", () => {
    expect(reason({ "node_modules/b": { ...B, version: "3.0.0", optional: true } }, { "node_modules/b": B })).toMatch(/node_modules\/b/);
  });

  it("cannot be judged without a lockfile", () => {
    using sample = sampleWorkspace({ "node_modules/.package-lock.json": { packages: {} } });
    expect(() => staleReason(sample.root)).toThrow(/package-lock\.json/);
  });
});
