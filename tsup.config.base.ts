import { defineConfig, type Options } from "tsup";

/** The one way a package of this workspace is built: ESM with types for Node 22 and later. */
export function definePackage(overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry: ["src/index.ts"],
    format: "esm",
    target: "node22",
    platform: "node",
    dts: true,
    sourcemap: false,
    clean: true,
    silent: true,
    ...overrides,
  });
}
