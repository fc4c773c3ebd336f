import { WORKSPACE_ROOT } from "../root.ts";
import { CHECKS } from "./checks.ts";
import { formatFinding } from "./finding.ts";

// Usually this workspace; a test gives another one.
const root = process.argv[2] ?? WORKSPACE_ROOT;
const findings = Object.values(CHECKS).flatMap((check) => check(root));
for (const finding of findings) console.error(formatFinding(finding));
if (findings.length > 0) {
  console.error(`${findings.length} ${findings.length === 1 ? "place breaks" : "places break"} the rules of the workspace.`);
  process.exitCode = 1;
} else {
  console.log(`Structure is as agreed (${Object.keys(CHECKS).join(", ")}).`);
}
