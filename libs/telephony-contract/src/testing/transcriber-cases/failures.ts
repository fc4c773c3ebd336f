import { HarnessError, ensure, ensureSame, describeError } from "../assertions.ts";
import { leakIn, leakInLog, type Confidential } from "../log-recorder.ts";
import type { TranscriberCase } from "../transcriber-case.ts";
import type { TranscriptionFault } from "../transcriber-harness.ts";
import { eventsOf, type TranscriberTrial } from "../transcriber-session.ts";
import { arrives, stretch } from "./audio.ts";
import { begin } from "./items.ts";
import { failedFor, nextPeer } from "./losses.ts";

/** Something that was certainly said, if it stands in the log. */
const CONFIDENCE = "The password is swordfish";
const LONG_MS = 60_000;

/** What of T10 is a refusal, and D5: errors, and what may not be told. */
export const FAILURE_CASES: readonly TranscriberCase[] = [
  {
    rule: "T10.unauthorized",
    async run(trial) {
      trial.service.failNext("unauthorized");
      const session = trial.open();
      session.write(stretch(trial.format, 1));
      const error = await failedFor(trial, session, "a refusal of the credentials", false);
      ensureSame(error.code, "auth-failed", "code of the error for refused credentials");
      ensureSame(trial.service.attempts, 1, "attempts with refused credentials");
    },
  },
  {
    rule: "T10.server-error",
    async run(trial) {
      trial.service.failNext("server-error");
      const session = trial.open();
      const audio = stretch(trial.format, 1);
      session.write(audio);
      const failed = () => eventsOf(session.events, "failed").length > 0;
      await trial.passUntil(() => trial.service.attempts > 1 || failed(), LONG_MS);
      await trial.until(() => session.events.length > 0, "after a server error nothing follows");
      if (failed()) await failedFor(trial, session, "a server error", true);
      else await arrives(trial, trial.peer(0), [audio], "audio that waited for a second attempt");
    },
  },
  {
    rule: "D5.log",
    async run(trial) {
      const { session, peer } = await trial.ready();
      session.write(stretch(trial.format, 1));
      begin(peer, CONFIDENCE);
      peer.garbage();
      peer.final(CONFIDENCE);
      await trial.event(session, "final");
      begin(peer, CONFIDENCE);
      peer.drop();
      const next = await nextPeer(trial, session, peer);
      next.lastResult(CONFIDENCE);
      await trial.done("close", session.close());
      for (const fault of ["unauthorized", "server-error", "drop-before-ready"] as const) await meets(trial, fault);
      const leak = leakInLog(trial.log.lines, confidential(trial));
      ensure(leak === undefined, String(leak));
    },
  },
  {
    rule: "D5.messages",
    async run(trial) {
      for (const fault of ["unauthorized", "server-error", "never-ready", "drop-before-ready"] as const) {
        for (const error of await meets(trial, fault)) {
          const leak = leakIn(describeError(error), confidential(trial));
          ensure(leak === undefined, `${String(leak)} stands in the message of an error`);
        }
      }
      const { session, peer } = await trial.ready();
      begin(peer, CONFIDENCE);
      peer.failItem?.();
      peer.final(CONFIDENCE);
      await trial.event(session, "final");
      for (const { error } of eventsOf(session.events, "itemFailed")) {
        const leak = leakIn(describeError(error), confidential(trial));
        ensure(leak === undefined, `${String(leak)} stands in the message of an error`);
      }
    },
  },
];

/** The errors of a session that meets a fault. */
async function meets(trial: TranscriberTrial, fault: TranscriptionFault): Promise<readonly unknown[]> {
  trial.service.failNext(fault);
  const session = trial.open();
  await trial.passUntil(() => session.events.length > 0, LONG_MS);
  session.owner.abort();
  trial.service.failNext("none");
  return eventsOf(session.events, "failed").map(({ error }) => error);
}

/** What may not be told in this trial. */
function confidential({ subject }: TranscriberTrial): Confidential {
  const { secrets: keys = [] } = subject.definition;
  const secrets = keys.map((key) => valueAt(subject.config, key)).filter((value): value is string => typeof value === "string" && value !== "");
  if (secrets.length < keys.length) throw new HarnessError(`the valid configuration has to fill every secret: ${keys.join(", ")}`);
  return { secrets, numbers: [], spoken: [CONFIDENCE] };
}

/** Value at a key, with dots between nested ones. */
function valueAt(config: unknown, key: string): unknown {
  return key.split(".").reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], config);
}
