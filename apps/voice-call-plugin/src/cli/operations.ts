import type { CallView } from "@openclaw/call-engine";
import { errorOf, type Fault } from "../requests/faults.ts";
import type { Method } from "../requests/methods.ts";
import { callLine, type CliContext, type CommandRun, type Flags, printJson, textFlag } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { ask, ASK_TIMEOUT_MS, askPatiently, orStandalone } from "./reach.ts";

/** Time between looks for an answer. */
const POLL_MS = 500;

/** The telephone in this process. Loaded only where no Gateway is, since it is most of the package. */
const standalone = () => import("./standalone.ts");

export const callCommand: CommandRun = (flags, context) => dial("initiate", flags, context);
export const startCommand: CommandRun = (flags, context) => dial("start", flags, context);

/** Places a call: at the Gateway, which then holds it, or in this process until it is over. */
export async function dial(method: "initiate" | "start", flags: Flags, context: CliContext): Promise<number> {
  const input = { to: textFlag(flags, "to"), message: textFlag(flags, "message"), mode: textFlag(flags, "mode") };
  return orStandalone(
    async () => {
      printJson(context, await askPatiently(context, method, input));
      return EXIT.ok;
    },
    async () => (await standalone()).standaloneCall(method, input, context),
  );
}

/** Says something and waits for the answer: by an operation at the Gateway, because an answer may take minutes. */
export const continueCommand: CommandRun = async (flags, context) => {
  const { operationId, pollTimeoutMs } = (await live(context, "continue.start", inputOf(flags, "message"))) as {
    operationId: string;
    pollTimeoutMs: number;
  };
  const until = context.clock.monotonic() + pollTimeoutMs;
  while (context.clock.monotonic() < until && !context.signal.aborted) {
    const state = (await ask(context, "continue.result", { operationId })) as { status: string; result?: unknown; fault?: Fault };
    if (state.status === "completed") return done(context, state.result);
    if (state.fault) throw errorOf(state.fault);
    await pause(context, POLL_MS);
  }
  const [code, message] = context.signal.aborted ? ["aborted", "Interrupted; the call goes on."] : ["timeout", "The caller gave no answer in time."];
  throw errorOf({ code: code ?? "timeout", message: message ?? "", retryable: true });
};

export const speakCommand: CommandRun = async (flags, context) => done(context, await live(context, "speak", inputOf(flags, "message")));
export const dtmfCommand: CommandRun = async (flags, context) => done(context, await live(context, "dtmf", inputOf(flags, "digits")));
export const transferCommand: CommandRun = async (flags, context) => done(context, await live(context, "transfer", inputOf(flags, "to")));

export const endCommand: CommandRun = (flags, context) => {
  const input = inputOf(flags);
  return orStandalone(
    async () => done(context, await askPatiently(context, "end", input)),
    async () => done(context, await (await standalone()).standaloneEnd(input, context)),
  );
};

export const statusCommand: CommandRun = async (flags, context) => {
  const input = inputOf(flags);
  const status = await orStandalone(
    () => ask(context, "status", input),
    async () => (await standalone()).standaloneStatus(input, context),
  );
  const { found, call, calls = call ? [call] : [] } = status as { found: boolean; call?: CallView; calls?: readonly CallView[] };
  if (flags["json"] === true) printJson(context, status);
  else if (calls.length > 0) context.out(`${calls.map(describe).join("\n")}\n`);
  else context.out(found ? "No calls.\n" : "There is no such call.\n");
  return found ? EXIT.ok : EXIT.notFound;
};

/** A request about a live call, which only the process that holds the call can carry out. */
async function live(context: CliContext, method: Method, input: Record<string, unknown>): Promise<unknown> {
  return orStandalone(
    () => askPatiently(context, method, input),
    () => {
      const message = "No Gateway is running, so no call is live. Start it with `openclaw gateway`.";
      throw errorOf({ code: "gateway-required", message, retryable: true });
    },
  );
}

function done(context: CliContext, result: unknown): number {
  printJson(context, result);
  return EXIT.ok;
}

function inputOf(flags: Flags, ...names: string[]): Record<string, unknown> {
  return Object.fromEntries(["callId", ...names].map((name) => [name, textFlag(flags, name)]));
}

function describe(call: CallView): string {
  const turns = call.transcript.map(({ speaker, text }) => `    ${speaker}: ${text}`);
  return [callLine(call), ...turns].join("\n");
}

function pause(context: CliContext, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      context.signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = context.clock.schedule(Math.min(ms, ASK_TIMEOUT_MS), end);
    context.signal.addEventListener("abort", end);
  });
}
