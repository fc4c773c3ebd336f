import { ensure, ensureSame } from "../assertions.ts";
import type { TranscriberCase } from "../transcriber-case.ts";
import { eventsOf, settling } from "../transcriber-session.ts";
import { stretch } from "./audio.ts";
import { begin } from "./items.ts";

/** Virtual time in which whatever has a deadline has met it. */
const LONG_MS = 60_000;

/** T7, T8, T11 and T13: flushes, ends, and the time between. */
export const END_CASES: readonly TranscriberCase[] = [
  {
    rule: "T7.flush",
    async run(trial) {
      const { session, peer } = await trial.ready();
      session.write(stretch(trial.format, 1));
      begin(peer, "Half a");
      await trial.until(() => !trial.capabilities.partials || eventsOf(session.events, "partial").length > 0, "a partial is not reported");
      peer.answerFlush("Half a sentence");
      let known = false;
      const flushed = session.flush().then(() => void (known = eventsOf(session.events, "final").some(({ text }) => text === "Half a sentence")));
      await trial.done("a flush", flushed);
      ensure(peer.flushes > 0, "a flush did not reach the service");
      ensure(known, "a flush resolved before its final text was reported");
    },
  },
  {
    rule: "T7.deadline",
    async run(trial) {
      const { session, peer } = await trial.ready();
      begin(peer, "Half a");
      await trial.until(() => !trial.capabilities.partials || eventsOf(session.events, "partial").length > 0, "a partial is not reported");
      const flushed = settling(session.flush());
      ensure(await trial.passUntil(() => flushed.settled, LONG_MS), "a flush that nobody answered did not settle");
      ensure(flushed.error === undefined, "a flush that nobody answered is rejected");
    },
  },
  {
    rule: "T8.last-results",
    async run(trial) {
      const { session, peer } = await trial.ready();
      session.write(stretch(trial.format, 1));
      begin(peer, "And one");
      await trial.until(() => !trial.capabilities.partials || eventsOf(session.events, "partial").length > 0, "a partial is not reported");
      peer.lastResult("And one thing more.");
      let known = false;
      await trial.done("close", session.close().then(() => void (known = eventsOf(session.events, "final").length === 1)));
      ensure(known, "close resolved before the last results were reported");
      await trial.until(() => !peer.open, "the connection outlives the session");
    },
  },
  {
    rule: "T8.twice",
    async run(trial) {
      const { session, peer } = await trial.ready();
      await trial.done("close", session.close());
      await trial.until(() => !peer.open, "the connection outlives the session");
      const reported = session.events.length;
      session.write(stretch(trial.format, 1));
      await trial.done("a second close", session.close());
      await trial.done("a flush after close", session.flush());
      await trial.pass(LONG_MS);
      ensureSame(session.events.length, reported, "events after close");
      ensureSame(trial.service.attempts, 1, "connections after close");
    },
  },
  {
    rule: "T8.instance",
    async run(trial) {
      const first = await trial.ready();
      const second = await trial.ready();
      await trial.done("close", trial.transcriber.close());
      await trial.until(() => !first.peer.open && !second.peer.open, "a connection outlives the instance");
      await trial.until(() => trial.clock.pending === 0, "a timer outlives the instance");
    },
  },
  {
    rule: "T11.keep-alive",
    async run(trial) {
      const { session, peer } = await trial.ready();
      for (let written = 0; written < 30; written++) {
        session.write(stretch(trial.format, 1));
        await trial.pass(400);
      }
      ensureSame(peer.keepAlives, 0, "signs of life beside audio that flows");
      await trial.pass(2 * LONG_MS);
      ensure(peer.open, "a session without audio is lost");
      peer.final("I am still here.");
      await trial.event(session, "final", () => true, "a session without audio hears nothing any more");
      ensureSame(trial.service.attempts, 1, "connections of a session without audio");
    },
  },
  {
    rule: "T13.abort",
    async run(trial) {
      const { session, peer } = await trial.ready();
      begin(peer, "Never mind");
      await trial.until(() => !trial.capabilities.partials || eventsOf(session.events, "partial").length > 0, "a partial is not reported");
      const other = await trial.ready();
      const reported = () => [session.events.length, other.session.events.length];
      const before = reported();
      session.owner.abort();
      await trial.until(() => !peer.open, "the connection outlives its signal");
      ensure(other.peer.open, "the end of one session ends another");
      trial.instance.abort();
      await trial.until(() => !other.peer.open, "a connection outlives the instance's signal");
      await trial.pass(LONG_MS);
      ensureSame(reported(), before, "events of sessions whose signals were aborted");
      ensureSame(trial.service.attempts, 2, "connections of sessions whose signals were aborted");
    },
  },
  {
    rule: "T13.abort",
    async run(trial) {
      trial.service.failNext("never-ready");
      const session = trial.open();
      await trial.until(() => trial.service.attempts > 0, "no connection is made");
      session.owner.abort();
      await trial.pass(LONG_MS);
      ensureSame(session.events.length, 0, "events of a session that was aborted while it connected");
      ensureSame(trial.service.attempts, 1, "connections of a session that was aborted while it connected");
    },
  },
  {
    rule: "T13.aborted",
    async run(trial) {
      const events: unknown[] = [];
      try {
        const session = trial.open({ signal: AbortSignal.abort(), onEvent: (event) => void events.push(event) });
        session.write(stretch(trial.format, 1));
        await trial.pass(1_000);
        await trial.done("close of an aborted session", session.close());
      } catch (error) {
        ensure((error as { code?: unknown }).code === "aborted", "a session whose signal was aborted is refused, and not with aborted");
      }
      ensureSame(trial.service.attempts, 0, "connections of a session whose signal was aborted before");
      ensureSame(events.length, 0, "events of a session whose signal was aborted before");
    },
  },
];
