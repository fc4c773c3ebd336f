import { systemClock } from "@openclaw/call-engine";
import { toTelephonyError } from "@openclaw/telephony-contract";
import type { HostRuntime } from "../host/api.ts";
import { askGateway } from "../host/gateway.ts";
import { faultOf } from "../requests/faults.ts";
import type { CliContext, CommandRun, Flags } from "./context.ts";
import { printJson } from "./context.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";

/** How the commands of a module are reached: by loading the module when one of them runs. */
const operations = () => import("./operations.ts");
const pairing = () => import("./pairing.ts");
const records = () => import("./records.ts");
const setup = () => import("./setup.ts");

/**
 * The commands, each loaded when it runs. The host gives every run a fresh copy of this package, so that nothing of it is
 * ever compiled beforehand: what a command does not load, its user does not wait for.
 */
const COMMANDS = {
  setup: async () => (await setup()).setupCommand,
  smoke: async () => (await setup()).smokeCommand,
  call: async () => (await operations()).callCommand,
  start: async () => (await operations()).startCommand,
  continue: async () => (await operations()).continueCommand,
  speak: async () => (await operations()).speakCommand,
  dtmf: async () => (await operations()).dtmfCommand,
  transfer: async () => (await operations()).transferCommand,
  end: async () => (await operations()).endCommand,
  status: async () => (await operations()).statusCommand,
  tail: async () => (await records()).tailCommand,
  latency: async () => (await records()).latencyCommand,
  "pairing list": async () => (await pairing()).pairingListCommand,
  "pairing approve": async () => (await pairing()).pairingApproveCommand,
  "pairing refuse": async () => (await pairing()).pairingRefuseCommand,
  "pairing revoke": async () => (await pairing()).pairingRevokeCommand,
} as const satisfies Record<string, () => Promise<CommandRun>>;

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
  const command: CommandRun = async (...given) => (await COMMANDS[name]())(...given);
  try {
    return await perform(command, flags, processContext(runtime, interrupt.signal));
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
    open: async (request) => (await import("../runtime/open-telephone.ts")).openTelephone(request),
  };
}
