import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sampleWorkspace } from "../sample-workspace.test-support.ts";
import { parseChangeset } from "./changeset.ts";
import { changesetComplaints } from "./check-changesets.ts";
import { beginChangelogs } from "./first-changelogs.ts";

const AUDIO = { "libs/audio/package.json": { name: "@openclaw/audio", version: "1.0.0" } };
const FIRST = { ".changeset/first.md": '---\n"@openclaw/audio": none\n---\n\nTelephone audio.\n' };

function complaints(files: Record<string, string | object>): string[] {
  using sample = sampleWorkspace(files);
  return changesetComplaints(sample.root);
}

describe("a changeset", () => {
  it("says what each package's next release raises, and why", () => {
    const { bumps, summary } = parseChangeset("x.md", '---\n"@openclaw/a": minor\n\'@openclaw/b\': none\n---\n\nNew ears.\n\nTwo of them.\n');
    expect([...bumps]).toEqual([
      ["@openclaw/a", "minor"],
      ["@openclaw/b", "none"],
    ]);
    expect(summary).toBe("New ears.\n\nTwo of them.");
  });

  it("may be empty, for a change that no user notices", () => {
    expect(parseChangeset("x.md", "---\n---\n").bumps.size).toBe(0);
  });

  it.each(["no front matter", '---\n"@openclaw/a": huge\n---\n\nx\n'])("is refused by name where it is not understood (%j)", (text) => {
    expect(() => parseChangeset("odd.md", text)).toThrow("odd.md");
  });
});

describe("the changesets of a workspace", () => {
  it("are complete where every published package has a first one", () => {
    expect(complaints({ ...AUDIO, ...FIRST })).toEqual([]);
  });

  it("lack a package with neither a changelog nor a changeset", () => {
    expect(complaints(AUDIO)).toEqual([expect.stringContaining("@openclaw/audio has neither")]);
  });

  it("are not asked for private packages, nor for those that have a changelog", () => {
    expect(complaints({ "libs/engine/package.json": { name: "@openclaw/engine", private: true } })).toEqual([]);
    expect(complaints({ ...AUDIO, "libs/audio/CHANGELOG.md": "# @openclaw/audio\n\n## 1.0.0\n" })).toEqual([]);
  });

  it("are still asked for where the changelog names no release yet", () => {
    expect(complaints({ ...AUDIO, "libs/audio/CHANGELOG.md": "# @openclaw/audio\n" })).toHaveLength(1);
  });

  it("may not raise a version that nobody has seen yet", () => {
    const early = { ".changeset/early.md": '---\n"@openclaw/audio": minor\n---\n\nMore.\n' };
    expect(complaints({ ...AUDIO, ...FIRST, ...early })).toEqual([expect.stringMatching(/early\.md raises .*1\.0\.0/)]);
  });

  it("may not name a package that is not published here, nor keep silent about a change", () => {
    expect(complaints({ ...AUDIO, ...FIRST, ".changeset/x.md": '---\n"@openclaw/gone": patch\n---\n\nx\n' })).toEqual([expect.stringContaining("@openclaw/gone")]);
    expect(complaints({ ...AUDIO, ...FIRST, ".changeset/x.md": '---\n"@openclaw/audio": none\n---\n' })).toEqual([expect.stringContaining("does not say")]);
  });
});

describe("the first release", () => {
  it("begins a changelog under the version that the manifest already has", () => {
    using sample = sampleWorkspace({ ...AUDIO, ...FIRST });
    expect(beginChangelogs(sample.root)).toEqual(["libs/audio/CHANGELOG.md"]);
    expect(readFileSync(join(sample.root, "libs/audio/CHANGELOG.md"), "utf8")).toBe(
      "# @openclaw/audio\n\n## 1.0.0\n\n### First release\n\n- Telephone audio.\n",
    );
  });

  it("happens once", () => {
    using sample = sampleWorkspace({ ...AUDIO, ...FIRST, "libs/audio/CHANGELOG.md": "## 1.0.0\n" });
    expect(beginChangelogs(sample.root)).toEqual([]);
    expect(readFileSync(join(sample.root, "libs/audio/CHANGELOG.md"), "utf8")).toBe("## 1.0.0\n");
  });

  it("begins nothing for a package without a changeset", () => {
    using sample = sampleWorkspace(AUDIO);
    expect(beginChangelogs(sample.root)).toEqual([]);
    expect(existsSync(join(sample.root, "libs/audio/CHANGELOG.md"))).toBe(false);
  });
});
