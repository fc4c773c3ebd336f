import type { Command, HostApi } from "../host/api.ts";
import type { Flags } from "./context.ts";
import type { CommandName } from "./run.ts";

const TO = "Number to call, in E.164";
const MODE = "notify (say the message and hang up) or conversation (stay on the line)";
const CALL_ID = ["--call-id <id>", "Which call"] as const;
/** The code of a request, or a number in E.164. */
const CALLER = "<code-or-number>";
const JSON_FLAG = ["--json", "Print nothing but JSON"] as const;

/** Declares `openclaw voicecall …`. What a command does is imported when it runs. */
export function addCommands(program: Command, api: Pick<HostApi, "runtime">): void {
  const root = program.command("voicecall").description("Place, follow and set up telephone calls");
  const pairing = root.command("pairing").description("Decide who may call, where inboundPolicy is pairing");
  const add = (name: CommandName, description: string, words: string = name, parent = root): Command => {
    const action = async (...given: unknown[]): Promise<void> => {
      const { runCommand } = await import("./run.ts");
      // Not process.exit: the host has things of its own to close.
      process.exitCode = await runCommand(name, flagsOf(given), api.runtime);
    };
    return parent.command(words).description(description).action(action);
  };

  add("setup", "Check whether everything is set up").option(...JSON_FLAG);
  add("smoke", "Check the set-up and, with --to and --yes, place a short test call")
    .option("-t, --to <phone>", TO)
    .option("--message <text>", "What to say", "OpenClaw voice call smoke test.")
    .option("--mode <mode>", MODE, "notify")
    .option("--yes", "Really place the call")
    .option(...JSON_FLAG);
  add("call", "Call someone")
    .requiredOption("-m, --message <text>", "What to say first")
    .option("-t, --to <phone>", `${TO}. Default: the configured toNumber`)
    .option("--mode <mode>", MODE, "conversation")
    .option(...JSON_FLAG);
  add("start", "Call someone, with or without a first message")
    .requiredOption("--to <phone>", TO)
    .option("--message <text>", "What to say first")
    .option("--mode <mode>", MODE, "conversation")
    .option(...JSON_FLAG);
  add("continue", "Say something on a call and wait for the answer")
    .requiredOption(...CALL_ID)
    .requiredOption("--message <text>", "What to say")
    .option(...JSON_FLAG);
  add("speak", "Say something on a call")
    .requiredOption(...CALL_ID)
    .requiredOption("--message <text>", "What to say")
    .option(...JSON_FLAG);
  add("dtmf", "Press keys on a call")
    .requiredOption(...CALL_ID)
    .requiredOption("--digits <digits>", "Keys: 0-9, A-D, * and #; w pauses half a second")
    .option(...JSON_FLAG);
  add("transfer", "Hand a call to another number")
    .requiredOption(...CALL_ID)
    .requiredOption("--to <phone>", "Who takes the call over, in E.164; transfer.allowTo has to permit it")
    .option(...JSON_FLAG);
  add("end", "Hang up after what is being said; a second time, at once")
    .requiredOption(...CALL_ID)
    .option(...JSON_FLAG);
  add("status", "Show live calls, or one call")
    .option(...CALL_ID)
    .option(...JSON_FLAG);
  add("tail", "Show what happens to calls, as JSON lines")
    .option("--file <path>", "Another file of JSON lines. Default: calls.jsonl in the store")
    .option("--since <n>", "Lines to begin with", "25")
    .option("--poll <ms>", "Milliseconds between looks, at least 50", "250")
    .option("--follow", "Go on until interrupted, also when no person is looking");
  add("latency", "Sum up how fast the telephone answers, as JSON")
    .option("--file <path>", "Another file of JSON lines. Default: the store")
    .option("--last <n>", "Calls to look at, at least 1", "200");
  add("pairing list", "Show who waits to be let in, and whom you let in or turned away", "list", pairing).option(...JSON_FLAG);
  add("pairing approve", "Let a caller in, from the next call on", `approve ${CALLER}`, pairing).option(...JSON_FLAG);
  add("pairing refuse", "Turn a caller away, without a word", `refuse ${CALLER}`, pairing).option(...JSON_FLAG);
  add("pairing revoke", "Forget what you decided on a number", "revoke <number>", pairing).option(...JSON_FLAG);
}

/** What a command was given, as flags: the argument of its name, if it has one, counts as the flag `caller`. */
function flagsOf([first, second]: readonly unknown[]): Flags {
  return typeof first === "string" ? { ...(second as Flags), caller: first } : (first as Flags);
}
