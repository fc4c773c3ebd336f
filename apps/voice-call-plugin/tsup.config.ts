import type { Options } from "tsup";
import { definePackage } from "../../tsup.config.base.ts";

/**
 * The web server is CommonJS. Bundled, a dynamic import of it would give its exports as `default` alone; this names the
 * one that is used, as Node does without a bundler.
 */
const namedFastify: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "named-fastify",
  setup(build) {
    build.onResolve({ filter: /^fastify$/ }, ({ kind, resolveDir }) =>
      kind === "dynamic-import" ? { path: "fastify", namespace: "named", pluginData: resolveDir } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: "named" }, ({ pluginData }) => ({
      contents: 'import fastify from "fastify"; export { fastify };',
      resolveDir: pluginData as string,
    }));
  },
};

/**
 * The entry is what the host evaluates at every load, so it stays tiny; everything else is in chunks of its own that are
 * imported when the telephone starts. All dependencies are bundled: an installed tarball needs nothing but the host.
 */
export default definePackage({
  dts: false,
  splitting: true,
  // `node:sqlite` has no other name.
  removeNodeProtocol: false,
  external: [/^openclaw(\/|$)/],
  noExternal: [/^(?!node:|openclaw(\/|$))/],
  esbuildPlugins: [namedFastify],
  // Bundled CommonJS asks for built-in modules by require, which ESM lacks.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
});
