import { type CallView, openCallStoreReadOnly, type Telephone, viewOf } from "@openclaw/call-engine";
import { type Logger, type RegistrationMode, TelephonyError } from "@openclaw/telephony-contract";
import { Continuations } from "../requests/continuations.ts";
import { readInput } from "../requests/inputs.ts";
import { perform, type StatusResult } from "../requests/perform.ts";
import { Configuration, type ReadyReading } from "../runtime/configuration.ts";
import type { OpenTelephone } from "../runtime/open-telephone.ts";
import { callLine, type CliContext, printJson } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { storeDirectory } from "./store-directory.ts";

/** A command's process has no full instances: what was loaded to look at has to do. */
const PROVIDER_MODES: readonly RegistrationMode[] = ["full", "tool-discovery", "discovery"];
/** Beyond the ring time and the longest call: what hanging up and the last words may take. */
const GRACE_MS = 30_000;

/**
 * Places a call from this very process, for want of a Gateway, and stays until it is over: with the process the call
 * would be cut off. Ctrl-C hangs up.
 */
export async function standaloneCall(method: "initiate" | "start", input: unknown, context: CliContext): Promise<number> {
  readInput(method, input);
  return withTelephone(context, async (telephone, reading) => {
    context.err("No Gateway is running: this command holds the call itself and ends with it.");
    const over = watchEnd(telephone, context, reading);
    const result = (await perform(method, input, board(telephone, context))) as { callId: string };
    printJson(context, { ...result, standalone: true });
    const call = await over(result.callId);
    context.err(call ? callLine(call) : `The call ${result.callId} did not end in time; it is hung up.`);
    if (context.signal.aborted) return EXIT.interrupted;
    return call?.state === "completed" ? EXIT.ok : EXIT.notCompleted;
  });
}

/** Ends a call that an earlier process left open; the carrier is asked about it first. A call that is over is a success. */
export async function standaloneEnd(input: unknown, context: CliContext): Promise<unknown> {
  const { callId } = readInput("end", input);
  const status = await standaloneStatus({ callId }, context);
  if ("call" in status && status.call.endedAt !== undefined) return { success: true };
  if (!status.found) throw new TelephonyError("call-unknown", `there is no call ${callId}`);
  return withTelephone(context, (telephone) => perform("end", input, board(telephone, context)));
}

/** What the store knows. Opens nothing but that, and only to read. */
export function standaloneStatus(input: unknown, context: CliContext): Promise<StatusResult> {
  const { callId } = readInput("status", input);
  const store = openCallStoreReadOnly(storeDirectory(context));
  if (!store) return Promise.resolve(callId === undefined ? { found: true, calls: [] } : { found: false });
  try {
    if (callId === undefined) return Promise.resolve({ found: true, calls: store.open().map((record) => viewOf(record)) });
    const record = store.get(callId);
    return Promise.resolve(record ? { found: true, call: viewOf(record) } : { found: false });
  } finally {
    store.close();
  }
}

async function withTelephone<Result>(
  context: CliContext,
  work: (telephone: Telephone, reading: ReadyReading) => Promise<Result>,
): Promise<Result> {
  const { runtime, env, clock } = context;
  const configuration = new Configuration({ runtime, stateDir: runtime.state.resolveStateDir(), env, modes: PROVIDER_MODES });
  const reading = await configuration.read();
  if (!reading.ok) throw reading.error;
  const log = logTo(context);
  const { directory } = reading;
  const settings = (): ReturnType<Configuration["settings"]> => configuration.settings();
  const onLost = (): void => context.err("Another process has taken over the call store.");
  const opened: OpenTelephone = await context.open({ owner: "cli", directory, settings, providerModes: PROVIDER_MODES, runtime, env, clock, log, onLost });
  try {
    return await work(opened.telephone, reading);
  } finally {
    await opened.close();
  }
}

/**
 * Listens from before the call exists, so that no end is missed. Gives the ended call; nothing when it took longer than any
 * call may, or was interrupted.
 */
function watchEnd(telephone: Telephone, context: CliContext, { settings }: ReadyReading): (callId: string) => Promise<CallView | undefined> {
  const ended = new Map<string, CallView>();
  let tell = (): void => undefined;
  const leave = telephone.subscribe(({ call }) => {
    if (call.endedAt === undefined) return;
    ended.set(call.callId, call);
    tell();
  });
  return (callId) =>
    new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        leave();
        context.signal.removeEventListener("abort", finish);
        resolve(ended.get(callId));
      };
      const cancel = context.clock.schedule(settings.ringTimeoutMs + settings.maxDurationMs + GRACE_MS, finish);
      context.signal.addEventListener("abort", finish);
      tell = () => {
        if (ended.has(callId)) finish();
      };
      tell();
    });
}

function board(telephone: Telephone, { clock }: CliContext): Parameters<typeof perform>[2] {
  return { telephone, continuations: new Continuations(clock), transcriptTimeoutMs: () => 0 };
}

/** Warnings and errors to the terminal; the rest is for a Gateway's log. */
function logTo(context: CliContext): Logger {
  const line = (message: string): void => context.err(message);
  return { ...silent, warn: line, error: line };
}

const nothing = (): void => undefined;
const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
