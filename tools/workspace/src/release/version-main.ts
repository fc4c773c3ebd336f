import { runCommand, type Command } from "../pipeline/run-command.ts";
import { WORKSPACE_ROOT } from "../root.ts";
import { beginChangelogs } from "./first-changelogs.ts";

for (const path of beginChangelogs(WORKSPACE_ROOT)) console.log(`Began ${path}.`);
const steps: Pick<Command, "program" | "args">[] = [
  { program: "changeset", args: ["version"] },
  { program: "npm", args: ["install", "--package-lock-only", "--ignore-scripts"] },
];
for (const step of steps) {
  const { ok, how } = await runCommand({ ...step, cwd: WORKSPACE_ROOT, deadlineMs: 5 * 60_000 });
  if (ok) continue;
  console.error(`${step.program} ${step.args.join(" ")}: ${how}.`);
  process.exitCode = 1;
  break;
}
