import { execFile } from "node:child_process";
import { cpSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { WORKSPACE_ROOT } from "../root.ts";
import { sampleWorkspace } from "../sample-workspace.test-support.ts";

/** One room of every kind, and two providers. The workspace's own lint configuration and Nx plugin watch over them. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "libs/contract": ["type:contract"],
  "libs/audio": ["type:audio"],
  "libs/kit": ["type:kit"],
  "libs/engine": ["type:engine"],
  "libs/acme": ["type:provider"],
  "libs/zenith": ["type:provider"],
  "libs/mock": ["type:provider", "bundled:core"],
  "apps/phone": ["type:app"],
  "tools/lab": ["type:tool"],
};

/** A file of a room and what it imports: each room has a twin, `@room/that-…`, so that no two imports make a circle. */
const ALLOWED: readonly [file: string, specifier: string][] = [
  ["libs/kit/src/a.ts", "@room/that-contract"],
  ["libs/acme/src/a.ts", "@room/that-contract"],
  ["libs/acme/src/b.ts", "@room/that-kit"],
  ["libs/acme/src/c.ts", "@room/that-audio"],
  ["libs/engine/src/a.ts", "@room/that-contract"],
  ["libs/engine/src/b.ts", "@room/that-audio"],
  ["libs/engine/src/c.ts", "fastify"],
  ["apps/phone/src/a.ts", "@room/that-contract"],
  ["apps/phone/src/b.ts", "@room/that-kit"],
  ["apps/phone/src/c.ts", "@room/that-engine"],
  ["apps/phone/src/d.ts", "@room/that-mock"],
  ["apps/phone/e2e/a.test.ts", "@room/that-lab"],
  ["tools/lab/src/a.ts", "@room/that-acme"],
  ["libs/contract/src/a.test.ts", "vitest"],
  ["libs/contract/src/a.ts", "node:events"],
];

const REFUSED: readonly [file: string, specifier: string][] = [
  ["libs/acme/src/x.ts", "@room/that-zenith"],
  ["libs/acme/src/relative.ts", "../../that-zenith/src/index.ts"],
  ["libs/acme/src/y.ts", "@room/that-engine"],
  ["libs/acme/src/z.ts", "@room/that-phone"],
  ["libs/contract/src/x.ts", "@room/that-engine"],
  ["libs/contract/src/y.ts", "@room/that-audio"],
  ["libs/contract/src/z.ts", "ws"],
  ["libs/audio/src/x.ts", "@room/that-contract"],
  ["libs/audio/src/y.ts", "ws"],
  ["libs/kit/src/x.ts", "@room/that-audio"],
  ["libs/kit/src/y.ts", "@room/that-engine"],
  ["libs/engine/src/x.ts", "@room/that-acme"],
  ["libs/engine/src/x.test.ts", "@room/that-mock"],
  ["libs/engine/src/y.ts", "@room/that-kit"],
  ["libs/engine/src/z.ts", "@room/that-phone"],
  ["apps/phone/src/x.ts", "@room/that-acme"],
  ["apps/phone/src/y.ts", "@room/that-lab"],
  ["apps/phone/e2e/x.test.ts", "@room/that-acme"],
];

const RULE = "@nx/enforce-module-boundaries";

describe("the walls between rooms", () => {
  let complaints: ReadonlyMap<string, string[]>;
  beforeAll(async () => {
    complaints = await complaintsAbout([...REFUSED, ...ALLOWED]);
  }, 180_000);

  it.each(REFUSED)("%s may not import %s", (file) => {
    expect(complaints.get(file)).toEqual([expect.not.stringMatching(/circular/i)]);
  });

  it.each(ALLOWED)("%s may import %s", (file) => {
    expect(complaints.get(file)).toEqual([]);
  });
});

/** What the boundary rule says about each file of a workspace in which the given files import what they name. */
async function complaintsAbout(imports: readonly [file: string, specifier: string][]): Promise<ReadonlyMap<string, string[]>> {
  using sample = sampleWorkspace({ ...workspaceFiles(), ...Object.fromEntries(imports.map(([file, name]) => [file, importing(name)])) });
  for (const file of ["eslint.config.js", "nx.json"]) cpSync(join(WORKSPACE_ROOT, file), join(sample.root, file));
  const plugin = join("tools", "workspace", "nx-package-plugin.mjs");
  cpSync(join(WORKSPACE_ROOT, plugin), join(sample.root, plugin));
  symlinkSync(join(WORKSPACE_ROOT, "node_modules"), join(sample.root, "node_modules"), "junction");
  return await lint(sample.root);
}

function importing(specifier: string): string {
  return `import * as other from "${specifier}";\n\nexport const names = Object.keys(other);\n`;
}

function workspaceFiles(): Record<string, string | object> {
  const twins = Object.entries(ROOMS).map(([root, tags]): [string, readonly string[]] => [root.replace("/", "/that-"), tags]);
  const tagsOf = new Map([...Object.entries(ROOMS), ...twins]);
  const roots = [...tagsOf.keys()];
  const name = (root: string) => `@room/${root.slice(root.indexOf("/") + 1)}`;
  const paths = Object.fromEntries(roots.map((root) => [name(root), [`./${root}/src/index.ts`]]));
  const external = Object.fromEntries(["ws", "fastify", "vitest"].map((dependency) => [dependency, "*"]));
  const rooms = roots.flatMap((root): [string, string | object][] => [
    [`${root}/package.json`, { name: name(root), version: "1.0.0", type: "module", exports: "./src/index.ts", nx: { tags: tagsOf.get(root) } }],
    [`${root}/tsconfig.json`, { extends: "../../tsconfig.base.json", include: ["src", "e2e"] }],
    [`${root}/src/index.ts`, "export const room = true;\n"],
  ]);
  return {
    "package.json": { name: "rooms", private: true, type: "module", workspaces: ["libs/*", "apps/*", "tools/*lab"], devDependencies: external },
    "package-lock.json": { name: "rooms", lockfileVersion: 3, packages: lockedPackages() },
    "tsconfig.base.json": {
      compilerOptions: { module: "NodeNext", target: "ES2023", noEmit: true, allowImportingTsExtensions: true, skipLibCheck: true, paths },
    },
    ...Object.fromEntries(rooms),
  };
}

/** Nx reads from the lockfile which imports are packages of the registry. */
function lockedPackages(): Record<string, object> {
  const locked = ["ws", "fastify", "vitest"].map((name) => [
    `node_modules/${name}`,
    { version: "1.0.0", resolved: `https://registry.npmjs.org/${name}.tgz`, integrity: "sha512-x" },
  ]);
  return { "": {}, ...(Object.fromEntries(locked) as Record<string, object>) };
}

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string; readonly fatal?: boolean }[];
}

async function lint(root: string): Promise<ReadonlyMap<string, string[]>> {
  const modules = join(WORKSPACE_ROOT, "node_modules");
  // The rule reads the graph that Nx has computed last; `nx lint` computes it on its way.
  await runIn(root, join(modules, "nx", "dist", "bin", "nx.js"), ["show", "projects"]);
  const output = await runIn(root, join(modules, "eslint", "bin", "eslint.js"), ["--format", "json", "libs", "apps", "tools/lab"]);
  const results = JSON.parse(output) as LintResult[];
  const fatal = results.flatMap(({ filePath, messages }) => messages.filter((message) => message.fatal).map(({ message }) => `${filePath}: ${message}`));
  if (fatal.length > 0) throw new Error(fatal.join("\n"));
  return new Map(
    results.map(({ filePath, messages }) => [
      relative(root, filePath).replaceAll("\\", "/"),
      messages.filter(({ ruleId }) => ruleId === RULE).map(({ message }) => message),
    ]),
  );
}

/** What the script wrote. Exit codes are not looked at: a linter that finds something does not exit with 0. */
function runIn(root: string, script: string, args: readonly string[]): Promise<string> {
  const outer = Object.entries(process.env).filter(([name]) => !/^(?:NX_|VITEST)/.test(name));
  const env = { ...Object.fromEntries(outer), NX_DAEMON: "false", NX_WORKSPACE_ROOT_PATH: root };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], { cwd: root, env, maxBuffer: 1 << 26, timeout: 150_000 }, (error, stdout, stderr) => {
      if (error?.killed === true || stdout === "") reject(new Error(`${script} wrote nothing: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
