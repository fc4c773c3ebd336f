import { runCommand } from "../pipeline/run-command.ts";
import { WORKSPACE_ROOT } from "../root.ts";
import { branchPoint } from "./base-branch.ts";
import { changesetComplaints } from "./check-changesets.ts";

const complaints = changesetComplaints(WORKSPACE_ROOT);
for (const complaint of complaints) console.error(complaint);
const gate = complaints.length === 0 ? await changedPackagesHaveChangesets() : false;
process.exitCode = gate ? 0 : 1;

async function changedPackagesHaveChangesets(): Promise<boolean> {
  const since = branchPoint(WORKSPACE_ROOT, "main");
  if (since === undefined) {
    console.log("Every published package has its changeset. There is no branch to compare with main.");
    return true;
  }
  const status = { program: "changeset", args: ["status", `--since=${since}`], cwd: WORKSPACE_ROOT, deadlineMs: 60_000 };
  return (await runCommand(status)).ok;
}
