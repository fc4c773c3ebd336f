import { spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sampleWorkspace, type SampleWorkspace } from "../src/sample-workspace.test-support.ts";

const TOOLING = join(import.meta.dirname, "..");
const LOCK = { packages: { "": {}, "node_modules/a": { version: "1.0.0" } } };

/** Stands in for npm: notes that it ran, takes a moment, and lays down what the lockfile names. */
const NPM = `#!/bin/sh
echo "$@" >> npm-runs
[ -f npm-fails ] && { echo "npm error something" >&2; exit 1; }
sleep 0.5
mkdir -p node_modules/.bin
[ -f without-node ] || { printf '#!/bin/sh\\necho v24.21.0\\n' > node_modules/.bin/node; chmod +x node_modules/.bin/node; }
cp package-lock.json node_modules/.package-lock.json
`;

let sample: SampleWorkspace;

beforeEach(() => {
  sample = sampleWorkspace({ "package-lock.json": LOCK, "bin/npm": NPM });
  chmodSync(join(sample.root, "bin", "npm"), 0o755);
  for (const part of ["ensure-install.mjs", "node-24.mjs", "install"]) {
    cpSync(join(TOOLING, part), join(sample.root, "tools", "workspace", part), { recursive: true });
  }
});
afterEach(() => sample[Symbol.dispose]());

function ensureInstall(): Promise<{ code: number | null; output: string }> {
  const path = [join(sample.root, "bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(process.execPath, [join(sample.root, "tools", "workspace", "ensure-install.mjs")], {
    cwd: sample.root,
    env: { ...process.env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

function npmRuns(): number {
  const notes = join(sample.root, "npm-runs");
  return existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n").length : 0;
}

describe("a fresh checkout", () => {
  it("is installed once, and then left alone without a word", async () => {
    expect(await ensureInstall()).toMatchObject({ code: 0, output: expect.stringContaining("Installing") as string });
    expect(await ensureInstall()).toEqual({ code: 0, output: "" });
    expect(npmRuns()).toBe(1);
  });

  it("is installed again when the lockfile changes", async () => {
    await ensureInstall();
    writeFileSync(join(sample.root, "package-lock.json"), JSON.stringify({ packages: { "": {}, "node_modules/a": { version: "1.0.1" } } }));
    await ensureInstall();
    expect(npmRuns()).toBe(2);
  });

  it("is installed once when two commands start together", async () => {
    const ends = await Promise.all([ensureInstall(), ensureInstall()]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(npmRuns()).toBe(1);
  });

  it("is installed although a command that was installing has died", async () => {
    mkdirSync(join(sample.root, ".nx"));
    writeFileSync(join(sample.root, ".nx", "install.lock"), "999999999");
    expect(await ensureInstall()).toMatchObject({ code: 0 });
    expect(npmRuns()).toBe(1);
  });

  it("says so when npm fails", async () => {
    writeFileSync(join(sample.root, "npm-fails"), "");
    const { code, output } = await ensureInstall();
    expect(code).toBe(1);
    expect(output).toMatch(/npm error something[\s\S]*npm ci did not succeed \(exit code 1\)/);
    expect(existsSync(join(sample.root, ".nx", "install.lock"))).toBe(false);
  });

  it("says what to do when npm brought no Node 24", async () => {
    writeFileSync(join(sample.root, "without-node"), "");
    const { code, output } = await ensureInstall();
    expect(code).toBe(1);
    expect(output).toContain("npm rebuild node");
  });
});
