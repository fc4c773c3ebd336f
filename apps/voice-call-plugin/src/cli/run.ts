import { systemClock } from "@openclaw/call-engine";
import { toTelephonyError } from "@openclaw/telephony-contract";
import type { HostRuntime } from "../host/api.ts";
import { askGateway } from "../host/gateway.ts";
import { faultOf } from "../requests/faults.ts";
import { openTelephone } from "../runtime/open-telephone.ts";
import type { CliContext, CommandRun, Flags } from "./context.ts";
import { printJson } from "./context.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { callCommand, continueCommand, dtmfCommand, endCommand, speakCommand, startCommand, statusCommand, transferCommand } from "./operations.ts";
import { pairingApproveCommand, pairingListCommand, pairingRefuseCommand, pairingRevokeCommand } from "./pairing.ts";
import { latencyCommand, tailCommand } from "./records.ts";
import { setupCommand, smokeCommand } from "./setup.ts";

const COMMANDS = {
  setup: setupCommand,
  smoke: smokeCommand,
  call: callCommand,
  start: startCommand,
  continue: continueCommand,
  speak: speakCommand,
  dtmf: dtmfCommand,
  transfer: transferCommand,
  end: endCommand,
  status: statusCommand,
  tail: tailCommand,
  latency: latencyCommand,
  "pairing list": pairingListCommand,
  "pairing approve": pairingApproveCommand,
  "pairing refuse": pairingRefuseCommand,
  "pairing revoke": pairingRevokeCommand,
} as const satisfies Record<string, CommandRun>;

/** Name of a command. */
export type CommandName = keyof typeof COMMANDS;

/** Runs a command in this process and gives its exit code. Never rejects, and leaves nothing open. */
export async function runCommand(name: CommandName, flags: Flags, runtime: HostRuntime): Promise<number> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // A reader that went away (`| head`) is the end of the work, no failure.
  process.stdout.once("error", stop);
  try {
    return await perform(COMMANDS[name], flags, processContext(runtime, interrupt.signal));
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
    process.stdout.off("error", stop);
  }
}

/** Runs a command and turns what went wrong into words and an exit code. */
export async function perform(command: CommandRun, flags: Flags, context: CliContext): Promise<number> {
  try {
    return await command(flags, context);
  } catch (error) {
    const fault = faultOf(toTelephonyError(error));
    if (flags["json"] === true) printJson(context, { success: false, error: fault });
    context.err(`${fault.message} [${fault.code}]`);
    return context.signal.aborted ? EXIT.interrupted : exitCodeOf(fault.code);
  }
}

function processContext(runtime: HostRuntime, signal: AbortSignal): CliContext {
  return {
    runtime,
    env: process.env,
    clock: systemClock,
    out: (text) => void process.stdout.write(text),
    err: (line) => void process.stderr.write(`${line}\n`),
    interactive: process.stdout.isTTY === true,
    signal,
    ask: async (method, input, timeoutMs) => askGateway(await import("openclaw/plugin-sdk/gateway-runtime"), method, input, timeoutMs),
    open: openTelephone,
  };
}
