import { readdirSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../pipeline/run-command.ts";
import { WORKSPACE_ROOT } from "../root.ts";
import { bundle } from "./bundle.ts";

/** Runs the benchmarks of tools/bench one after another: all, or those that the arguments name. */
const project = join(WORKSPACE_ROOT, "tools", "bench");
const folder = join(project, "src");
const known = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).map((name) => name.slice(0, -".ts".length));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = wanted.find((name) => !known.includes(name));
if (unknown === undefined) {
  for (const name of wanted) {
    console.log(`\n=== ${name}`);
    using program = await bundle(join(folder, `${name}.ts`), join(project, "tsconfig.json"));
    const { ok } = await runCommand({ program: "node", args: [program.file], cwd: WORKSPACE_ROOT, deadlineMs: 15 * 60_000 });
    if (!ok) process.exitCode = 1;
  }
} else {
  console.error(`There is no benchmark "${unknown}". There are: ${known.join(", ")}.`);
  process.exitCode = 2;
}
