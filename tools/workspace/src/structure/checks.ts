import { checkCarrierShape } from "./carrier-shape.ts";
import { checkConsoleUse } from "./console-use.ts";
import { checkFileLength } from "./file-length.ts";
import type { Check } from "./finding.ts";
import { checkPackageManifests } from "./package-manifest.ts";
import { checkProviderShape } from "./provider-shape.ts";
import { checkSkippedTests } from "./skipped-tests.ts";
import { checkVendorNames } from "./vendor-names.ts";

/** The rules of the workspace that no linter knows, by name. */
export const CHECKS: Readonly<Record<string, Check>> = {
  "package-manifest": checkPackageManifests,
  "vendor-names": checkVendorNames,
  "file-length": checkFileLength,
  "console-use": checkConsoleUse,
  "skipped-tests": checkSkippedTests,
  "provider-shape": checkProviderShape,
  "carrier-shape": checkCarrierShape,
};
