import { WORKSPACE_ROOT } from "../root.ts";
import { UsageError, chooseStages } from "./choose-stages.ts";
import { runCommand } from "./run-command.ts";
import { runStages } from "./run-stages.ts";
import { STAGES } from "./stages.ts";
import { forgetReports, readTotals } from "./totals.ts";

/** Nx without its daemon and its full-screen view: both are for people at a keyboard. */
const QUIET = { NX_DAEMON: "false", NX_TUI: "false", NX_NO_CLOUD: "true" };

try {
  const ok = await runStages(chooseStages(STAGES, process.argv.slice(2)), {
    run: ({ program, args, deadlineMs }) => runCommand({ program, args, deadlineMs, cwd: WORKSPACE_ROOT, env: QUIET }),
    forgetReports: (kind) => forgetReports(WORKSPACE_ROOT, kind),
    readTotals: (kind) => readTotals(WORKSPACE_ROOT, kind),
    now: () => performance.now(),
    say: (line) => console.log(line),
  });
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
