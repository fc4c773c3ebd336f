import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const root = new URL("./", import.meta.url);
const { compilerOptions } = JSON.parse(readFileSync(new URL("tsconfig.base.json", root), "utf8")) as {
  compilerOptions: { paths: Record<string, [string]> };
};

/** Workspace packages resolve to their sources in tests, from the same table that TypeScript reads. */
const alias = Object.entries(compilerOptions.paths).map(([name, [path]]) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(path, root)),
}));

/** The one way tests of this workspace run. `test` adds to or replaces the shared test options. */
export function defineTests(test: NonNullable<ViteUserConfig["test"]> = {}): ViteUserConfig {
  return defineConfig({
    resolve: { alias },
    test: { include: ["src/**/*.test.ts"], passWithNoTests: false, restoreMocks: true, ...test },
  });
}
