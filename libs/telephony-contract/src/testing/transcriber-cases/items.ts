import { isTelephonyError } from "../../errors.ts";
import type { TranscriberCapabilities } from "../../transcriber.ts";
import { HarnessError, describeError, ensure, ensureSame } from "../assertions.ts";
import type { TranscriberCase } from "../transcriber-case.ts";
import type { TestTranscriptionSession } from "../transcriber-harness.ts";
import { eventsOf, type OpenSession, type TranscriberTrial } from "../transcriber-session.ts";

const hasPartials = ({ partials }: TranscriberCapabilities) => partials === true;

/** T3 to T6, T12 and T14: what was heard, item by item. */
export const ITEM_CASES: readonly TranscriberCase[] = [
  {
    rule: "T3.speech-start",
    applies: ({ speechStart }) => speechStart === true,
    async run(trial) {
      const { session, peer } = await trial.ready();
      needed(peer, "speechStarts")();
      const started = await trial.event(session, "speechStarted", () => true, "the begin of speech is not reported");
      peer.partial?.("Hello");
      peer.final("Hello there.");
      const final = await trial.event(session, "final");
      await trial.all(session, peer);
      const ofIt = eventsOf(session.events, "speechStarted").filter(({ itemId }) => itemId === undefined || itemId === final.itemId);
      ensure(started.itemId === undefined || started.itemId === final.itemId, "the begin of speech has another id than what was said");
      ensure(session.events.indexOf(started) < session.events.findIndex((event) => "text" in event), "words are reported before the begin of speech");
      if (started.itemId !== undefined) ensureSame(ofIt.length, 1, "times that the begin of one item was reported");
    },
  },
  {
    rule: "T4.partials",
    applies: hasPartials,
    async run(trial) {
      const { session, peer } = await trial.ready();
      const texts = ["I would", "I would like", "I would like to book"];
      for (const text of texts) needed(peer, "partial")(text);
      peer.final("I would like to book.");
      const { itemId } = await trial.event(session, "final");
      const partials = eventsOf(session.events, "partial");
      ensureSame(partials.map(({ text }) => text), texts, "partials");
      ensure(partials.every((one) => one.itemId === itemId), "partials and final of one item have different ids");
    },
  },
  {
    rule: "T4.final",
    async run(trial) {
      const { session, peer } = await trial.ready();
      const texts = ["Ja, genau: 12 % — «ß» 👍", "And another."];
      for (const text of texts) peer.final(text);
      const finals = eventsOf(await trial.all(session, peer), "final");
      ensureSame(finals.map(({ text }) => text), texts, "finals");
    },
  },
  {
    rule: "T5.repeated",
    async run(trial) {
      const { session, peer } = await trial.ready();
      peer.final("Yes.");
      peer.final("Yes.");
      const finals = eventsOf(await trial.all(session, peer), "final");
      ensureSame(finals.map(({ text }) => text), ["Yes.", "Yes."], "finals");
      ensure(finals[0]?.itemId !== finals[1]?.itemId, "two items have one id");
    },
  },
  {
    rule: "T6.eager",
    applies: ({ eagerEndOfTurn }) => eagerEndOfTurn === true,
    async run(trial) {
      const { session, peer } = await trial.ready();
      const [eager, resumed] = [needed(peer, "eager"), needed(peer, "resumed")];
      peer.partial?.("Book a");
      eager("Book a");
      resumed();
      peer.partial?.("Book a table");
      eager("Book a table");
      peer.final("Book a table");
      const { itemId } = await trial.event(session, "final");
      const turns = session.events.filter(({ type }) => type === "eagerEnd" || type === "resumed" || type === "final");
      const told = turns.map((event) => [event.type, "text" in event ? event.text : ""].join(" ").trim());
      ensureSame(told, ["eagerEnd Book a", "resumed", "eagerEnd Book a table", "final Book a table"], "what is said of the turn's end");
      ensure(turns.every((event) => "itemId" in event && event.itemId === itemId), "the events of one turn have different ids");
    },
  },
  {
    rule: "T12.garbage",
    async run(trial) {
      const { session, peer } = await trial.ready();
      peer.garbage();
      begin(peer, "Is there");
      peer.garbage();
      peer.final("Is there someone?");
      const finals = eventsOf(await trial.all(session, peer), "final");
      ensureSame(finals.map(({ text }) => text), ["Is there someone?"], "finals among garbage");
      ensureSame(eventsOf(session.events, "failed").length + eventsOf(session.events, "itemFailed").length, 0, "failures because of garbage");
      ensureSame(trial.service.attempts, 1, "connections in spite of garbage");
    },
  },
  {
    rule: "T14.out-of-order",
    async run(trial) {
      const { session, peer } = await trial.ready();
      if (!peer.finalsReversed) return "not-concerned";
      peer.finalsReversed("This came first.", "This came second.");
      await trial.until(() => eventsOf(session.events, "final").length >= 2, "of two finals in the other order not both are reported");
      const idOf = new Map(eventsOf(session.events, "final").map(({ text, itemId }) => [text, itemId]));
      ensureSame([...idOf.keys()].sort(), ["This came first.", "This came second."], "finals");
      ensureSame(new Set(idOf.values()).size, 2, "ids of two items");
      for (const { text, itemId } of eventsOf(session.events, "partial")) ensureSame(idOf.get(text) ?? itemId, itemId, "the id of a final, and of the same item's partial");
      return undefined;
    },
  },
  {
    rule: "T14.item-failed",
    async run(trial) {
      const { session, peer } = await trial.ready();
      if (!peer.failItem) return "not-concerned";
      begin(peer, "I said");
      peer.failItem();
      const { itemId, error } = await trial.event(session, "itemFailed", () => true, "an item that is lost is not reported");
      ensure(isTelephonyError(error), `a lost item is reported with ${describeError(error)}, which is no error of the contract`);
      const known = eventsOf(session.events, "partial").map((partial) => partial.itemId);
      ensure(known.every((id) => id === itemId), "a lost item has another id than its partials");
      await goesOn(trial, session, peer, itemId);
      return undefined;
    },
  },
];

async function goesOn(trial: TranscriberTrial, session: OpenSession, peer: TestTranscriptionSession, lost: string): Promise<void> {
  peer.final("I say it again.");
  const final = await trial.event(session, "final", () => true, "after a lost item nothing is heard any more");
  ensure(final.itemId !== lost, "an item has the id of one that was lost");
  ensureSame(eventsOf(session.events, "failed").length, 0, "failures of the session because of a lost item");
}

/** An item is under way, by whatever the service has for that. */
export function begin(peer: TestTranscriptionSession, text: string): void {
  if (peer.partial) peer.partial(text);
  else peer.speechStarts?.();
}

/** A member that a capability needs. */
function needed<Name extends "speechStarts" | "partial" | "eager" | "resumed">(peer: TestTranscriptionSession, name: Name): NonNullable<TestTranscriptionSession[Name]> {
  const member = peer[name];
  if (!member) throw new HarnessError(`the service's connection has no ${name}(), which the capabilities need`);
  return member.bind(peer) as NonNullable<TestTranscriptionSession[Name]>;
}
