import nx from "@nx/eslint-plugin";
import tseslint from "typescript-eslint";

/**
 * Which kind of room may know which other. The drawing behind this table is in ARCHITECTURE.md.
 *
 * A provider with the tag `bundled:core` comes inside the core plugin, so that the plugin works alone; the app may name
 * it, and meets it through the registry like any other.
 */
const ROOMS = {
  "type:contract": [],
  "type:audio": [],
  "type:kit": ["type:contract", "type:kit"],
  "type:provider": ["type:contract", "type:kit", "type:audio"],
  "type:engine": ["type:contract", "type:audio"],
  "type:app": ["type:contract", "type:kit", "type:engine", "bundled:core"],
};

/** Rooms whose published code stands on nothing but Node. */
const WITHOUT_PACKAGES = ["type:contract", "type:audio"];

/**
 * @param {{ tests?: boolean, alsoKnow?: string[] }} [options] `tests`: any package may be imported, as test tools are;
 *   `alsoKnow`: tags that every room may know here
 */
function boundaries({ tests = false, alsoKnow = [] } = {}) {
  const rooms = Object.entries(ROOMS).map(([sourceTag, known]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: [...known, ...alsoKnow],
    ...(!tests && WITHOUT_PACKAGES.includes(sourceTag) && { allowedExternalImports: [] }),
  }));
  const depConstraints = [...rooms, { sourceTag: "type:tool", onlyDependOnLibsWithTags: ["*"] }];
  const allow = ["^.*/(tsup\\.config\\.base|vitest\\.base)\\.ts$"];
  return { "@nx/enforce-module-boundaries": ["error", { allow, depConstraints, enforceBuildableLibDependency: false }] };
}

export default tseslint.config(
  { ignores: ["**/dist", "**/coverage", "**/.nx", "**/node_modules", "**/temp", "**/test-results"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  ...tseslint.configs.recommended.map((config) => ({ ...config, files: ["**/*.mjs", "**/*.js"] })),
  {
    files: ["**/*.ts"],
    plugins: { "@nx": nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...boundaries(),
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "no-console": "error",
    },
  },
  {
    files: ["**/*.test.ts", "**/*.test-support.ts", "**/test/**/*.ts", "**/testing/**/*.ts", "**/e2e/**/*.ts"],
    rules: {
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  { files: ["**/*.test.ts", "**/*.test-support.ts", "**/test/**/*.ts", "**/*.config.ts"], rules: boundaries({ tests: true }) },
  { files: ["**/e2e/**/*.ts"], rules: boundaries({ tests: true, alsoKnow: ["type:tool"] }) },
  { files: ["tools/**/*.{ts,mjs}"], rules: { "no-console": "off" } },
);
