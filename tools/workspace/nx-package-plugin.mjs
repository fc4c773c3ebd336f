import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Any folder with a tsconfig.json is a project; what else it holds decides which targets it gets. */
export const createNodes = [
  "{libs,apps,tools}/*/tsconfig.json",
  (files, _options, { workspaceRoot }) =>
    files.map((file) => {
      const root = dirname(file);
      const has = (name) => existsSync(join(workspaceRoot, root, name));
      return [file, { projects: { [root]: { targets: targets(has) } } }];
    }),
];

function targets(has) {
  const run = (command, extra) => ({ command, options: { cwd: "{projectRoot}" }, cache: true, ...extra });
  const own = { inputs: ["default", "^production"], outputs: [] };
  return {
    typecheck: run("tsc -p tsconfig.json", own),
    lint: run("eslint . --max-warnings 0", {
      inputs: ["default", "^default", "{workspaceRoot}/eslint.config.js"],
      outputs: [],
    }),
    ...(has("vitest.config.ts") && { test: run("vitest run", own) }),
    ...(has("tsup.config.ts") && {
      build: run("tsup", {
        dependsOn: ["^build"],
        inputs: ["production", "^production"],
        outputs: ["{projectRoot}/dist"],
      }),
    }),
    ...(has("api-extractor.json") && {
      "api-report": run("api-extractor run", { dependsOn: ["build"], inputs: ["production"], outputs: [] }),
    }),
    ...(has("tsup.config.ts") &&
      has("README.md") && {
        "package-check": run("publint --strict && attw --pack . --profile esm-only", {
          dependsOn: ["build"],
          inputs: ["production"],
          outputs: [],
        }),
      }),
  };
}
