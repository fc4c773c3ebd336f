import type { CallView } from "@openclaw/call-engine";
import type { Clock } from "@openclaw/telephony-contract";
import type { HostRuntime } from "../host/api.ts";
import type { Method } from "../requests/methods.ts";
import type { TelephoneOpener } from "../runtime/open-telephone.ts";

/** What a command works with. */
export interface CliContext {
  readonly runtime: HostRuntime;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Writes to standard output. The host sends `console.log` elsewhere, so it is written to directly. */
  out(text: string): void;
  /** Writes a line to standard error. */
  err(line: string): void;
  /** Whether a person looks at standard output. */
  readonly interactive: boolean;
  /** Aborted by Ctrl-C, and when nobody reads standard output any more. */
  readonly signal: AbortSignal;
  /** Asks the running Gateway. Rejects with `gateway-absent` only when there is none. */
  ask(method: Method, input: unknown, timeoutMs: number): Promise<unknown>;
  /** Opens a telephone in this process. */
  readonly open: TelephoneOpener;
}

/** Flags of a command, as commander reads them. */
export type Flags = Readonly<Record<string, unknown>>;

/** A command: does its work and gives its exit code. Rejects with a TelephonyError. */
export type CommandRun = (flags: Flags, context: CliContext) => Promise<number>;

/** A flag that was given text. */
export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === "string" ? value : undefined;
}

/** One JSON document on standard output. */
export function printJson(context: CliContext, value: unknown): void {
  context.out(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** A call as one line for people. */
export function callLine(call: CallView): string {
  const doing = call.activity ? ` (${call.activity})` : "";
  const reason = call.endDetail ? `: ${call.endDetail}` : "";
  return `${call.callId}  ${call.direction}  ${call.from} → ${call.to}  ${call.mode}  ${call.state}${doing}${reason}`;
}
