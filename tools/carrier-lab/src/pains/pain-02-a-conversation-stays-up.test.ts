import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

/** Orders in which what was sent at the begin of a call may arrive. */
const ORDERS = {
  "as it was sent": (held: (() => void)[]) => held,
  "the other way round": (held: (() => void)[]) => held.toReversed(),
  "the last one first": (held: (() => void)[]) => [...held.slice(-1), ...held.slice(0, -1)],
};

describe.each(await readSubjects())("pain 2: outbound conversations drop or are silent (%s)", (_name, subject) => {
  it.each(Object.entries(ORDERS))("the greeting is heard once and the call stays up, with its first webhooks arriving %s", async (_order, order) => {
    await using trial = await openTrial(subject);
    const beginning = trial.post.hold();
    const { callId, party } = await trial.call({ message: "Hello, this is your agent.", mode: "conversation" });
    await party.answer();
    await trial.settle();
    beginning.release(order);
    await trial.until(() => heard(party).includes("Hello, this is your agent."), "the greeting is heard");
    await trial.listening(callId);
    await trial.pass(5000);
    expect(party.state()).toBe("answered");
    void party.say("Still there?");
    (await trial.question()).finish("Yes, I am.");
    await trial.until(() => heard(party).includes("Yes, I am."), "the answer is heard");
    expect(heard(party)).toEqual(["Hello, this is your agent.", "Yes, I am."]);
    expect(trial.network.placed).toBe(1);
  });

  it("no webhook is ever answered with an empty document", async () => {
    await using trial = await openTrial(subject);
    const { party } = await trial.talk();
    void party.say("Good night");
    await trial.question();
    await trial.pass(60_000);
    await party.hangUp();
    await trial.settle();
    const documents = trial.post.letters.filter(({ reply }) => reply.body !== "");
    if (trial.capabilities.flow === "pull") expect(documents.length).toBeGreaterThan(3);
    // A document without any verb in it would end the call.
    for (const { reply } of documents) expect(reply.body.replace(/<\?xml[^>]*\?>/, "")).not.toMatch(/^\s*<(\w+)\s*(?:\/>|>\s*<\/\1>)\s*$/);
  });

  it("a notification is heard also while no webhook gets through, where it goes along with the dial; else its line is freed", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.call({ message: "Your parcel is here.", mode: "notify" });
    trial.post.cut = true;
    await party.answer();
    await trial.pass(10_000);
    if (trial.dials[0] === "inline") expect(heard(party)).toEqual(["Your parcel is here."]);
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call is over here", 600_000);
    await trial.until(() => party.state() === "ended", "the call is over there");
    expect(trial.telephone.active()).toEqual([]);
  });
});
