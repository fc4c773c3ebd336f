import { TelephonyError, type TranscriberEvent } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial, type Trial } from "../trial.ts";

const final = (itemId: string, text: string): TranscriberEvent => ({ type: "final", itemId, text });
const partial = (itemId: string, text: string): TranscriberEvent => ({ type: "partial", itemId, text });
const started = (itemId: string): TranscriberEvent => ({ type: "speechStarted", itemId });

describe.each(await readLiveSubjects())("pain 24: transcripts lost, spliced, reordered, de-duplicated (%s)", (_name, subject) => {
  it("who says the same twice is heard twice, and what is told twice was said once", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    for (const [turn, itemId] of ["one", "two"].entries()) {
      trial.live.session.tell(started(itemId), partial(itemId, "Yes."), final(itemId, "Yes."), final(itemId, "Yes."));
      const question = await trial.question(turn + 1);
      expect(question.text).toBe("Yes.");
      question.finish(`So that is number ${itemId}.`);
      await trial.until(() => heard(party).includes(`So that is number ${itemId}.`), "it is answered");
      await trial.listening(callId);
    }
    trial.live.session.tell(final("one", "Yes."));
    await trial.pass(3000);
    expect(said(trial, callId)).toEqual(["Hi.", "Yes.", "So that is number one.", "Yes.", "So that is number two."]);
    expect(trial.questions).toHaveLength(2);
  });

  it("pieces that become final in another order stand in the order in which they were spoken", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId } = await trial.talk("Hi.");
    trial.live.session.tell(started("one"), partial("one", "My name is"), started("two"), partial("two", "Ada"), started("three"), partial("three", "and I"));
    trial.live.session.tell(final("three", "and I call about my bill."), final("one", "My name is"));
    await trial.pass(300);
    trial.live.session.tell(final("two", "Ada Lovelace"));
    expect((await trial.question()).text).toBe("My name is Ada Lovelace and I call about my bill.");
    await trial.pass(3000);
    expect(said(trial, callId)).toEqual(["Hi.", "My name is Ada Lovelace and I call about my bill."]);
    expect(trial.questions).toHaveLength(1);
  });

  it("the caller is asked again for what could not be recognised, and it stands in no transcript", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    trial.live.session.tell(started("lost"), { type: "itemFailed", itemId: "lost", error: new TelephonyError("unavailable", "no result") });
    await trial.until(() => heard(party).length === 2, "the caller is asked");
    expect(heard(party)[1]).toContain("Could you say it again?");
    await trial.listening(callId);
    void party.say("I said five o'clock.");
    expect((await trial.question()).text).toBe("I said five o'clock.");
    expect(said(trial, callId)).toEqual(["Hi.", heard(party)[1], "I said five o'clock."]);
  });

  it("what was recognised is kept where it never becomes final, or fails", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    trial.live.session.tell(started("one"), partial("one", "I want a table for two."));
    (await trial.question()).finish("A table for two it is.");
    await trial.until(() => heard(party).length === 2, "it is answered");
    await trial.listening(callId);
    trial.live.session.tell(started("two"), partial("two", "At five o'clock."), { type: "itemFailed", itemId: "two", error: new TelephonyError("unavailable", "no result") });
    expect((await trial.question(2)).text).toBe("At five o'clock.");
    expect(said(trial, callId)).toEqual(["Hi.", "I want a table for two.", "A table for two it is.", "At five o'clock."]);
  });
});

/** What stands in the store about a live call. */
function said(trial: Trial, callId: string): readonly string[] {
  return trial.record(callId).transcript.map(({ text }) => text);
}
