import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HostLab } from "@openclaw/host-lab";
import { growthPerEdit, type Growth } from "./plugin-load/config-edits.ts";
import { packIdlePlugin } from "./plugin-load/idle-plugin.ts";
import { measureStart, type Start } from "./plugin-load/start.ts";
import { startTable, editTable } from "./plugin-load/tables.ts";

// What the telephone costs a real Gateway: time to ready and memory, with and without it, started in turns, and what a
// config edit leaves behind. `node tools/bench/src/plugin-load.ts [rounds]`, after `npm run pack`. Judges nothing: another
// machine, another number.
const PACKAGE = fileURLToPath(new URL("../../../dist/packages/openclaw-voice-call-1.0.0.tgz", import.meta.url));
const ROUNDS = Number(process.argv[2] ?? 3);
const EDITS = 10;

if (!existsSync(PACKAGE)) throw new Error(`${PACKAGE} is missing: run "npm run pack" first`);
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error("the number of rounds has to be a whole number from 1 on");

const env = { OPENCLAW_GATEWAY_STARTUP_TRACE: "1" };
const telephone = { enabled: true, provider: "mock", serve: { port: 0 } };
await using without = await HostLab.prepare({ env });
await using with_ = await HostLab.prepare({
  env,
  install: [PACKAGE],
  config: { plugins: { entries: { "voice-call": { enabled: true, config: telephone } } } },
});

// One start of each that does not count: the host compiles and indexes what it keeps for later.
const starts = { without: [] as Start[], with: [] as Start[] };
for (let round = 0; round <= ROUNDS; round++) {
  // Each goes first in turn, and only one runs at a time.
  const order = round % 2 === 0 ? (["without", "with"] as const) : (["with", "without"] as const);
  for (const which of order) {
    const start = await measureStart(which === "with" ? with_ : without, which === "with");
    if (round > 0) starts[which].push(start);
  }
}
console.log(startTable(starts.without, starts.with).join("\n"));

const hostEdit = (edit: number) => ({ agents: { defaults: { timeoutSeconds: 600 + edit } } });
const ourEdit = (edit: number) => ({ plugins: { entries: { "voice-call": { config: { maxDurationSeconds: 300 + edit } } } } });
const folder = mkdtempSync(join(tmpdir(), "bench-idle-plugin-"));
await using idle = await HostLab.prepare({ install: [packIdlePlugin(folder)] });
rmSync(folder, { recursive: true });
const growths: [string, Growth][] = [
  ["an edit of the host's, without a plugin from outside", await growthPerEdit(without, EDITS, hostEdit)],
  ["an edit of the host's, with a plugin that does nothing", await growthPerEdit(idle, EDITS, hostEdit)],
  ["an edit of the host's, with the telephone", await growthPerEdit(with_, EDITS, hostEdit)],
  ["an edit of the telephone's", await growthPerEdit(with_, EDITS, ourEdit)],
];
console.log(editTable(growths, EDITS).join("\n"));
