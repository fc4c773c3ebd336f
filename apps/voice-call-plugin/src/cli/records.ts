import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { JOURNAL_FILE, openCallStoreReadOnly, readRecentRecords, summarizeLatency, tailLines } from "@openclaw/call-engine";
import { TelephonyError } from "@openclaw/telephony-contract";
import { RequestError } from "../requests/faults.ts";
import { type CliContext, type CommandRun, type Flags, printJson, textFlag } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { storeDirectory } from "./store-directory.ts";

/** Shortest time between looks at a file. */
const MIN_POLL_MS = 50;
/** Silence after which a tail that no person watches has seen what there is. */
const QUIET_MS = 2_000;

/**
 * Shows the latest changes of calls and what comes after. On a terminal until interrupted; a pipe or a file gets what is
 * there and what follows without a longer pause, unless `--follow` says otherwise.
 */
export const tailCommand: CommandRun = async (flags, context) => {
  const since = wholeNumber(flags, "since", 0);
  const pollMs = wholeNumber(flags, "poll", MIN_POLL_MS);
  const file = fileOf(flags) ?? join(storeDirectory(context), JOURNAL_FILE);
  const patience = context.interactive || flags["follow"] === true ? undefined : Math.max(QUIET_MS, 2 * pollMs);
  const quiet = new AbortController();
  let cancel = (): void => undefined;
  const waitOn = (): void => {
    cancel();
    if (patience !== undefined) cancel = context.clock.schedule(patience, () => quiet.abort());
  };
  waitOn();
  try {
    await tailLines(file, {
      since,
      pollMs,
      signal: AbortSignal.any([context.signal, quiet.signal]),
      clock: context.clock,
      onLine: (line) => {
        context.out(`${line}\n`);
        waitOn();
      },
    });
  } finally {
    cancel();
  }
  return EXIT.ok;
};

/** Sums up how fast the telephone answers and how long callers take. */
export const latencyCommand: CommandRun = (flags, context) => {
  const last = wholeNumber(flags, "last", 1);
  const file = fileOf(flags);
  printJson(context, summarizeLatency(file === undefined ? storedRecords(last, context) : readRecentRecords(file, last)));
  return Promise.resolve(EXIT.ok);
};

function storedRecords(last: number, context: CliContext): Parameters<typeof summarizeLatency>[0] {
  const store = openCallStoreReadOnly(storeDirectory(context));
  try {
    return store?.recent(last) ?? [];
  } finally {
    store?.close();
  }
}

function fileOf(flags: Flags): string | undefined {
  const written = textFlag(flags, "file");
  if (written === undefined) return undefined;
  const file = resolve(written);
  if (!existsSync(file)) throw new TelephonyError("file-not-found", `--file: there is no file ${file}`);
  return file;
}

/** A number on the command line. One that is too small counts as the smallest. */
function wholeNumber(flags: Flags, name: string, min: number): number {
  const written = textFlag(flags, name) ?? "";
  if (!/^\d{1,9}$/.test(written)) throw new RequestError(`--${name}`, "has to be a whole number");
  return Math.max(min, Number(written));
}
