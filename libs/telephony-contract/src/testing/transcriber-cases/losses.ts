import { isTelephonyError, type TelephonyError } from "../../errors.ts";
import { HarnessError, describeError, ensure, ensureSame } from "../assertions.ts";
import type { TranscriberCase } from "../transcriber-case.ts";
import type { TestTranscriptionSession, TranscriptionFault } from "../transcriber-harness.ts";
import { eventsOf, type OpenSession, type TranscriberTrial } from "../transcriber-session.ts";
import { arrives, stretch } from "./audio.ts";
import { begin } from "./items.ts";

/** Virtual time in which another connection is tried, or nothing is. */
const RETRY_MS = 60_000;
/** Attempts after which a transcriber is taken for one that never gives up. */
const MAX_ATTEMPTS = 40;
/** Audio of an item that is over, of which a part may be sent again. */
const ITEM_MS = 4_000;

/** T9 and T15, and what of T10 is a loss: connections that do not last. */
export const LOSS_CASES: readonly TranscriberCase[] = [
  {
    rule: "T9.reconnect",
    async run(trial) {
      const { session, peer } = await trial.ready();
      const audio = [1, 2, 3, 4].map((seed) => stretch(trial.format, seed));
      const [before, then, meanwhile, after] = audio as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
      session.write(before);
      begin(peer, "To be or");
      await trial.until(() => !trial.capabilities.partials || eventsOf(session.events, "partial").length > 0, "a partial is not reported");
      session.write(then);
      await arrives(trial, peer, [before, then], "audio before the loss");
      const [started] = eventsOf(session.events, "speechStarted");
      const starts = () => eventsOf(session.events, "speechStarted").filter(({ itemId }) => itemId !== undefined && itemId === started?.itemId).length;
      const begun = starts();
      peer.drop();
      await trial.until(() => !peer.open, "the service's connection did not break");
      session.write(meanwhile);
      const next = await nextPeer(trial, session, peer);
      session.write(after);
      await arrives(trial, next, audio, "audio of an item whose connection was lost");
      begin(next, "To be or not");
      next.final("To be or not to be.");
      const finals = eventsOf(await trial.all(session, next), "final");
      ensureSame(finals.map(({ text }) => text), ["To be or not to be."], "finals after a lost connection");
      ensure(eventsOf(session.events, "partial").every(({ itemId }) => itemId === finals[0]?.itemId), "the item has another id after the loss");
      ensureSame(starts(), begun, "times that the begin of the item was reported, also after the loss");
      ensureSame(eventsOf(session.events, "ready").length, 1, "times that ready was reported");
    },
  },
  {
    rule: "T9.once",
    async run(trial) {
      const { session, peer } = await trial.ready();
      const [said, rest] = [stretch(trial.format, 1, ITEM_MS), stretch(trial.format, 2)];
      session.write(said);
      await arrives(trial, peer, [said], "audio");
      peer.final("This is said.");
      await trial.event(session, "final");
      session.write(rest);
      await arrives(trial, peer, [said, rest], "audio");
      peer.drop();
      const next = await nextPeer(trial, session, peer);
      await trial.until(() => Buffer.from(next.received()).indexOf(rest) >= 0, "audio after the last final is not sent again");
      ensure(next.received().length <= said.length / 2 + rest.length, "audio of an item that is over is sent again, and would be heard twice");
      next.final("And this.");
      const finals = eventsOf(await trial.all(session, next), "final");
      ensureSame(finals.map(({ text }) => text), ["This is said.", "And this."], "finals");
      ensure(finals[0]?.itemId !== finals[1]?.itemId, "an item has the id of one that is over");
    },
  },
  {
    rule: "T9.exhausted",
    async run(trial) {
      const { session, peer } = await trial.ready();
      peer.drop();
      await meetsAgainAndAgain(trial, session, "drop-before-ready");
      await failedFor(trial, session, "a service that is lost again and again", true);
    },
  },
  {
    rule: "T9.isolation",
    async run(trial) {
      const [one, other] = [await trial.ready(), await trial.ready()];
      const [mine, yours] = [stretch(trial.format, 1), stretch(trial.format, 2)];
      one.session.write(mine);
      other.session.write(yours);
      await arrives(trial, one.peer, [mine], "audio of the first session");
      await arrives(trial, other.peer, [yours], "audio of the second session");
      one.peer.final("Mine.");
      other.peer.final("Yours.");
      for (const [{ session, peer }, text] of [[one, "Mine."], [other, "Yours."]] as const) {
        ensureSame(eventsOf(await trial.all(session, peer), "final").map((final) => final.text), [text], "finals of one of two sessions");
      }
    },
  },
  {
    rule: "T10.expired",
    async run(trial) {
      const { session, peer } = await trial.ready();
      if (!peer.expire) return "not-concerned";
      peer.expire();
      const failed = () => eventsOf(session.events, "failed").length > 0;
      await trial.until(() => !peer.open || failed(), "the service's connection is not over after its last moment");
      ensure(await trial.passUntil(() => trial.service.attempts > 1 || failed(), RETRY_MS), "a session that lasted too long neither goes on nor is reported as failed");
      if (failed()) return void (await failedFor(trial, session, "a session that lasted too long"));
      const next = await nextPeer(trial, session, peer);
      session.write(stretch(trial.format, 1));
      await trial.until(() => next.received().length > 0, "after a session that lasted too long no audio is sent");
      next.final("We go on.");
      await trial.event(session, "final");
      ensure(!failed(), "a session that goes on is reported as failed");
      return undefined;
    },
  },
  {
    rule: "T15.never-ready",
    async run(trial) {
      trial.service.failNext("never-ready");
      const session = trial.open();
      session.write(stretch(trial.format, 1));
      await meetsAgainAndAgain(trial, session, "never-ready");
      await failedFor(trial, session, "a service that never becomes ready", true);
      ensureSame(eventsOf(session.events, "ready").length, 0, "times that ready was reported");
    },
  },
  {
    rule: "T15.lost-at-first",
    async run(trial) {
      trial.service.failNext("drop-before-ready");
      const session = trial.open();
      const audio = stretch(trial.format, 1);
      session.write(audio);
      await trial.passUntil(() => trial.service.attempts > 1 || session.events.length > 0, RETRY_MS);
      await trial.event(session, "ready", () => true, "after a connection that was lost at first, no other becomes ready");
      await arrives(trial, latest(trial), [audio], "audio that waited for a second connection");
    },
  },
];

/** The connection that follows a lost one. */
export async function nextPeer(trial: TranscriberTrial, session: OpenSession, lost: TestTranscriptionSession): Promise<TestTranscriptionSession> {
  await trial.until(() => !lost.open, "the service's connection did not break");
  const failed = () => eventsOf(session.events, "failed")[0];
  const next = () => trial.service.sessions[trial.service.sessions.indexOf(lost) + 1];
  await trial.passUntil(() => next() !== undefined || failed() !== undefined, RETRY_MS);
  ensure(failed() === undefined, `a lost connection is reported as failed: ${describeError(failed()?.error)}`);
  await trial.until(() => next() !== undefined, "a lost connection is not replaced");
  return next() ?? latest(trial);
}

function latest({ service }: TranscriberTrial): TestTranscriptionSession {
  const peer = service.sessions.at(-1);
  if (!peer) throw new HarnessError("the service has no connection");
  return peer;
}

/** Does the same to every connection, until the session is reported as failed. */
async function meetsAgainAndAgain(trial: TranscriberTrial, session: OpenSession, fault: TranscriptionFault): Promise<void> {
  const failed = () => eventsOf(session.events, "failed").length > 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS && !failed(); attempt++) {
    trial.service.failNext(fault);
    const { attempts } = trial.service;
    const more = await trial.passUntil(() => trial.service.attempts > attempts || failed(), 2 * RETRY_MS);
    ensure(more, `after "${fault}" the session neither tries again nor is reported as failed`);
  }
  trial.service.failNext("none");
}

/** The session is over with an error of the contract, which was reported once and last. */
export async function failedFor(trial: TranscriberTrial, session: OpenSession, what: string, retryable?: boolean): Promise<TelephonyError> {
  const { error } = await trial.event(session, "failed", () => true, `${what} is not reported as failed`);
  ensure(isTelephonyError(error), `${what} is reported with ${describeError(error)}, which is no error of the contract`);
  ensure(retryable === undefined || error.retryable === retryable, `${what} is called ${error.retryable ? "" : "not "}retryable`);
  const { attempts } = trial.service;
  await trial.pass(RETRY_MS);
  ensureSame(eventsOf(session.events, "failed").length, 1, `${what}: times that it was reported`);
  ensureSame(session.events.at(-1)?.type, "failed", `${what}: the last event`);
  ensureSame(trial.service.attempts, attempts, `${what}: connections, also after it was reported`);
  await trial.done("close of a failed session", session.close());
  return error;
}
