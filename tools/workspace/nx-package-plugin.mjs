import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Any folder with a tsconfig.json is a project; what else it holds decides which targets it gets. */
export const createNodes = [
  "{libs,apps,tools}/*/tsconfig.json",
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const folder = join(workspaceRoot, root);
      return [file, { projects: { [root]: { ...identity(folder), targets: targets(folder) } } }];
    }),
];

/** A project is known to Nx by its package.json; this tooling has none, since it runs before anything is installed. */
function identity(folder) {
  return existsSync(join(folder, "package.json")) ? {} : { name: basename(folder), tags: ["type:tool"] };
}

function targets(folder) {
  const has = (name) => existsSync(join(folder, name));
  const sources = { inputs: ["default", "^production"], outputs: [] };
  const packed = { dependsOn: ["build"], inputs: ["packed", "^production"], outputs: [] };
  return {
    typecheck: run("tsc -p tsconfig.json", sources),
    lint: run("eslint . --max-warnings 0", {
      inputs: ["default", "^production", "{workspaceRoot}/eslint.config.js"],
      outputs: [],
    }),
    ...(has("vitest.config.ts") && {
      test: run(vitest("unit"), { ...sources, outputs: ["{projectRoot}/test-results/unit.json"] }),
    }),
    ...(has("vitest.e2e.config.ts") && {
      // Real Gateways and real installs of dist/packages: what they meet is not in the inputs, so nothing is remembered.
      e2e: run(vitest("e2e", "-c vitest.e2e.config.ts"), { cache: false }),
    }),
    ...(has("tsup.config.ts") && {
      build: run("tsup", {
        dependsOn: ["^build"],
        inputs: ["production", "^production"],
        outputs: ["{projectRoot}/dist"],
      }),
    }),
    ...(has("tsup.config.ts") && isPublishable(folder) && { "package-check": run(packageCheck(folder), packed) }),
    ...apiReports(folder, packed),
  };
}

function run(command, options) {
  return { command, options: { cwd: "{projectRoot}" }, cache: true, ...options };
}

/** Counts go to a file beside what people read, so that a whole run can be added up. */
function vitest(name, flags = "") {
  return `vitest run ${flags} --reporter=default --reporter=json --outputFile.json=test-results/${name}.json`;
}

/** A plugin without types of its own has nothing for the types check. */
function packageCheck(folder) {
  const main = manifest(folder).exports?.["."];
  return main?.types === undefined ? "publint --strict" : "publint --strict && attw --pack . --profile esm-only";
}

/** One report for each api-extractor*.json; `update-api-report` accepts a change that somebody has looked at. */
function apiReports(folder, options) {
  const configs = readdirSync(folder).filter((name) => /^api-extractor.*\.json$/.test(name)).sort();
  if (configs.length === 0) return {};
  const command = (flag) => configs.map((config) => `api-extractor run -c ${config} ${flag}`.trim()).join(" && ");
  return {
    "api-report": run(command(""), { ...options, inputs: ["default", "{workspaceRoot}/api-extractor.base.json"] }),
    "update-api-report": run(command("--local"), { ...options, cache: false }),
  };
}

function isPublishable(folder) {
  return existsSync(join(folder, "package.json")) && manifest(folder).private !== true;
}

function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
