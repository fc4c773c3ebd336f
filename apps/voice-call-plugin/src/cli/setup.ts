import { isTelephonyError, registry, type RegistrationMode } from "@openclaw/telephony-contract";
import { isReady, type ReadinessCheck, readiness } from "../config/index.ts";
import { gatherFacts } from "../runtime/facts.ts";
import { readInput } from "../requests/inputs.ts";
import { type CliContext, type CommandRun, printJson, textFlag } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { dial } from "./operations.ts";
import { ask } from "./reach.ts";

const ALL_MODES: readonly RegistrationMode[] = ["full", "tool-discovery", "discovery"];

/** What `setup --json` prints. */
interface SetupReport {
  readonly ok: boolean;
  readonly checks: readonly ReadinessCheck[];
  /** Providers that installed packages registered, by kind. */
  readonly providers: Readonly<Record<string, readonly { readonly id: string; readonly package: string; readonly version: string }[]>>;
}

/** Shows every check of the set-up. */
export const setupCommand: CommandRun = async (flags, context) => {
  const report = await inspect(context);
  if (flags["json"] === true) printJson(context, report);
  else show(report, context);
  return report.ok ? EXIT.ok : EXIT.setup;
};

/** Shows the checks and, told so twice, places a call. */
export const smokeCommand: CommandRun = async (flags, context) => {
  const json = flags["json"] === true;
  const [to, message, mode] = ["to", "message", "mode"].map((name) => textFlag(flags, name));
  const live = to !== undefined && flags["yes"] === true;
  if (to !== undefined) readInput("start", { to, message, mode });
  const report = await inspect(context);
  if (!json) show(report, context);
  if (!report.ok) {
    if (json) printJson(context, { ...report, dryRun: !live });
    return EXIT.setup;
  }
  if (!live) {
    if (json) printJson(context, { ...report, dryRun: true });
    else context.out(`Nothing was dialled. ${to === undefined ? "Add --to <number> and --yes" : "Add --yes"} to place a test call.\n`);
    return EXIT.ok;
  }
  if (!json) return dial("start", { to, message, mode }, context);
  // One document: what dialling says goes into the report.
  let call: unknown;
  const code = await dial("start", { to, message, mode }, { ...context, out: (text) => void (call = JSON.parse(text)) });
  printJson(context, { ...report, dryRun: false, call });
  return code;
};

async function inspect(context: CliContext): Promise<SetupReport> {
  const facts = await gatherFacts({ hostConfig: context.runtime.config.current(), env: context.env, modes: ALL_MODES });
  const checks = [...readiness(facts), await gatewayCheck(context)];
  return { ok: isReady(checks), checks, providers: installed() };
}

/** What the Gateway itself says of its telephone. Without one the set-up can be judged all the same. */
async function gatewayCheck(context: CliContext): Promise<ReadinessCheck> {
  const id = "gateway";
  try {
    await ask(context, "status", {});
    return { id, ok: true, level: "info", message: "The Gateway runs and its telephone answers" };
  } catch (error) {
    const { code, message } = isTelephonyError(error) ? error : { code: "internal", message: String(error) };
    if (code === "gateway-absent")
      return { id, ok: false, level: "warning", message: "No Gateway is running", remedy: "Start it with openclaw gateway" };
    return { id, ok: false, level: "error", message, remedy: "See openclaw gateway status and openclaw logs" };
  }
}

function installed(): SetupReport["providers"] {
  const kinds = new Map<string, Map<string, { id: string; package: string; version: string }>>();
  for (const { definition, package: name, version } of registry().entries()) {
    const known = kinds.get(definition.kind) ?? new Map<string, { id: string; package: string; version: string }>();
    kinds.set(definition.kind, known.set(`${definition.id} ${name}`, { id: definition.id, package: name, version }));
  }
  return Object.fromEntries([...kinds].map(([kind, known]) => [kind, [...known.values()].sort((a, b) => a.id.localeCompare(b.id))]));
}

function show({ ok, checks, providers }: SetupReport, context: CliContext): void {
  for (const check of checks) {
    const mark = check.ok ? "✓" : check.level === "error" ? "✗" : "!";
    context.out(`${mark} ${check.message}\n`);
    if (!check.ok && check.remedy !== undefined) context.out(`    ${check.remedy}\n`);
  }
  for (const [kind, list] of Object.entries(providers)) context.out(`  installed ${kind}: ${list.map(({ id }) => id).join(", ")}\n`);
  context.out(ok ? "The telephone is ready.\n" : "The telephone is not ready.\n");
}
