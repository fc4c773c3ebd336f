import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * @typedef {{ exports?: Record<string, { types?: string } | undefined>, private?: boolean }} Manifest
 * @typedef {{ dependsOn?: string[], inputs?: string[], outputs?: string[], cache?: boolean }} Cacheable
 * @typedef {Cacheable & { command: string, options: { cwd: string } }} Target
 */

/**
 * Any folder with a tsconfig.json is a project; what else it holds decides which targets it gets.
 *
 * @type {import("nx/src/project-graph/plugins").CreateNodes}
 */
export const createNodes = [
  "{libs,apps,tools}/*/tsconfig.json",
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const folder = join(workspaceRoot, root);
      return [file, { projects: { [root]: { ...identity(folder), targets: targets(folder) } } }];
    }),
];

/**
 * A project is known to Nx by its package.json; this tooling has none, since it runs before anything is installed.
 *
 * @param {string} folder
 */
function identity(folder) {
  return existsSync(join(folder, "package.json")) ? {} : { name: basename(folder), tags: ["type:tool"] };
}

/**
 * @param {string} folder
 * @returns {Record<string, Target>}
 */
function targets(folder) {
  /** @param {string} name */
  const has = (name) => existsSync(join(folder, name));
  const sources = { inputs: ["default", "^production"], outputs: [] };
  const packed = { dependsOn: ["build"], inputs: ["default", "^production"], outputs: [] };
  return {
    typecheck: run("tsc -p tsconfig.json", sources),
    lint: run("eslint . --max-warnings 0", {
      inputs: ["default", "^production"],
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

/**
 * @param {string} command
 * @param {Cacheable} options
 * @returns {Target}
 */
function run(command, options) {
  return { command, options: { cwd: "{projectRoot}" }, cache: true, ...options };
}

/**
 * Counts go to a file beside what people read, so that a whole run can be added up.
 *
 * @param {string} name of the report
 */
function vitest(name, flags = "") {
  return `vitest run ${flags} --reporter=default --reporter=json --outputFile.json=test-results/${name}.json`;
}

/**
 * A plugin without types of its own has nothing for the types check.
 *
 * @param {string} folder
 */
function packageCheck(folder) {
  const main = manifest(folder).exports?.["."];
  return main?.types === undefined ? "publint --strict" : "publint --strict && attw --pack . --profile esm-only";
}

/**
 * One report for each api-extractor*.json; `update-api-report` accepts a change that somebody has looked at.
 *
 * @param {string} folder
 * @param {Cacheable} options
 * @returns {Record<string, Target>}
 */
function apiReports(folder, options) {
  const configs = readdirSync(folder).filter((name) => /^api-extractor.*\.json$/.test(name)).sort();
  if (configs.length === 0) return {};
  /** @param {string} flag */
  const command = (flag) => configs.map((config) => `api-extractor run -c ${config} ${flag}`.trim()).join(" && ");
  return {
    "api-report": run(command(""), { ...options, inputs: ["default", "^production", "{workspaceRoot}/api-extractor.base.json"] }),
    "update-api-report": run(command("--local"), { ...options, cache: false }),
  };
}

/** @param {string} folder */
function isPublishable(folder) {
  return existsSync(join(folder, "package.json")) && manifest(folder).private !== true;
}

/**
 * @param {string} folder
 * @returns {Manifest}
 */
function manifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
