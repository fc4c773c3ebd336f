import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

describe.each(await readSubjects())("two calls at once (%s)", (_name, subject) => {
  it("keep to themselves what is said on them, however their webhooks interleave", async () => {
    await using trial = await openTrial(subject);
    const ada = await trial.call({ to: "+15550100011", message: "Hello Ada.", mode: "conversation" });
    const bob = await trial.call({ to: "+15550100012", message: "Hello Bob.", mode: "conversation" });
    const beginning = trial.post.hold();
    await Promise.all([ada.party.answer(), bob.party.answer()]);
    await trial.settle();
    beginning.release((all) => all.toReversed());
    await trial.until(() => heard(ada.party).length > 0 && heard(bob.party).length > 0, "both are greeted");
    await trial.listening(ada.callId);
    await trial.listening(bob.callId);
    const talking = trial.post.hold();
    void ada.party.say("I am Ada");
    void bob.party.say("I am Bob");
    await trial.until(() => talking.size() >= 2, "both answers are on their way");
    trial.post.stopHolding();
    talking.release((all) => all.toReversed());
    await trial.question(2);
    for (const { call, text, finish } of trial.questions) finish(`${text}, says ${call.to}.`);
    await trial.until(() => heard(ada.party).length > 1 && heard(bob.party).length > 1, "both are answered");
    expect(heard(ada.party)).toEqual(["Hello Ada.", "I am Ada, says +15550100011."]);
    expect(heard(bob.party)).toEqual(["Hello Bob.", "I am Bob, says +15550100012."]);
    await ada.party.hangUp();
    await trial.until(() => trial.record(ada.callId).lifecycle === "ended", "Ada's call ends");
    expect(bob.party.state()).toBe("answered");
    expect(trial.telephone.active().map(({ callId }) => callId)).toEqual([bob.callId]);
  });

  it("a call whose carrier fails in the middle ends alone", async () => {
    await using trial = await openTrial(subject);
    const ada = await trial.call({ to: "+15550100011", message: "Hello Ada.", mode: "conversation" });
    const bob = await trial.call({ to: "+15550100012", message: "Hello Bob.", mode: "conversation" });
    await Promise.all([ada.party.answer(), bob.party.answer()]);
    await trial.listening(ada.callId);
    await trial.listening(bob.callId);
    trial.network.failNext("server-error");
    void trial.telephone.speak(ada.callId, "Are you there?").catch(() => undefined);
    await trial.pass(5000);
    void bob.party.say("Still here");
    const question = await trial.question();
    question.finish("Good.");
    await trial.until(() => heard(bob.party).includes("Good."), "Bob is answered");
  });
});
