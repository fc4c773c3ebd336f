import nx from "@nx/eslint-plugin";
import tseslint from "typescript-eslint";

/** Which kind of room may know which other. The drawing behind this table is in ARCHITECTURE.md. */
const depConstraints = [
  { sourceTag: "type:contract", onlyDependOnLibsWithTags: ["type:contract"], allowedExternalImports: [] },
  { sourceTag: "type:audio", onlyDependOnLibsWithTags: ["type:audio"], allowedExternalImports: [] },
  { sourceTag: "type:kit", onlyDependOnLibsWithTags: ["type:contract"] },
  { sourceTag: "type:provider", onlyDependOnLibsWithTags: ["type:contract", "type:kit", "type:audio"] },
  { sourceTag: "type:engine", onlyDependOnLibsWithTags: ["type:contract", "type:audio"] },
  { sourceTag: "type:app", onlyDependOnLibsWithTags: ["type:contract", "type:kit", "type:engine", "type:provider"] },
  { sourceTag: "type:tool", onlyDependOnLibsWithTags: ["*"] },
];

export default tseslint.config(
  { ignores: ["**/dist", "**/coverage", "**/.nx", "**/node_modules", "**/temp"] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: ["**/*.ts"] })),
  {
    files: ["**/*.ts"],
    plugins: { "@nx": nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@nx/enforce-module-boundaries": [
        "error",
        { allow: ["^.*/(tsup\\.config\\.base|vitest\\.base)\\.ts$"], depConstraints, enforceBuildableLibDependency: false },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "off",
      "no-console": "error",
    },
  },
  {
    files: ["**/*.test.ts", "**/test/**/*.ts", "**/testing/**/*.ts", "**/e2e/**/*.ts"],
    rules: {
      "@nx/enforce-module-boundaries": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  { files: ["tools/**/*.ts"], rules: { "no-console": "off" } },
);
