import { defineConfig, type Options } from "tsup";

type Built = ReturnType<typeof defineConfig>;

/** The one way a package of this workspace is built: ESM with types for Node 22 and later. */
export function definePackage(overrides: Options = {}): Built {
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

/** For bundles with CommonJS in them, which asks for modules of Node by `require`. */
export const REQUIRE_BANNER = 'import { createRequire as __createRequire } from "node:module";\nconst require = __createRequire(import.meta.url);';

/** What is particular about one provider's bundle. */
export interface ProviderBuild {
  /** Set where the vendor's SDK is CommonJS. */
  readonly bundlesCommonJs?: boolean;
}

/**
 * The one way a provider package is built: `index` for code, `plugin` for the host, `testing/index` for test suites.
 * Everything is bundled, since the host installs the tarball alone; what is imported dynamically, such as a vendor's SDK,
 * stays in chunks of its own. MSW is a test tool, and whoever runs the test kit brings it.
 */
export function defineProvider({ bundlesCommonJs = false }: ProviderBuild = {}): Built {
  const typed = { index: "src/index.ts", "testing/index": "src/testing/index.ts" };
  return definePackage({
    entry: { ...typed, plugin: "src/plugin.ts" },
    // `noExternal` is stronger than `external`, so it has to leave MSW out as well.
    noExternal: [/^(?!msw($|\/))/],
    external: [/^msw($|\/)/],
    ...(bundlesCommonJs && { banner: { js: REQUIRE_BANNER } }),
    dts: {
      entry: typed,
      // The private package's types come along. It is never built, so they are found by its sources.
      compilerOptions: {
        paths: {
          "@openclaw/phone-network": ["../phone-network/src/index.ts"],
          "@openclaw/phone-network/tones": ["../phone-network/src/tones/index.ts"],
          "@openclaw/phone-network/transcription": ["../phone-network/src/transcription/index.ts"],
          "@openclaw/phone-network/wire": ["../phone-network/src/wire/index.ts"],
        },
      },
    },
  });
}
