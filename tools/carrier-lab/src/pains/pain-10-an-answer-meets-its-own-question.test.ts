import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

describe.each(await readSubjects())("pain 10: the answer to one question is taken for the next one's (%s)", (_name, subject) => {
  it("an answer that comes after its question timed out does not answer the next question", async () => {
    await using trial = await openTrial(subject, { settings: { transcriptTimeoutMs: 8000 } });
    const { callId, party } = await trial.talk();
    const first = trial.telephone.continue(callId, "What is your account number?");
    const timedOut = expect(first).rejects.toMatchObject({ code: "timeout" });
    await trial.until(() => heard(party).includes("What is your account number?"), "the first question is heard");
    await trial.listening(callId);
    const late = trial.post.hold();
    void party.say("One two three four");
    await trial.until(() => late.size() > 0, "the answer is on its way");
    await trial.pass(10_000);
    await timedOut;
    trial.post.stopHolding();
    let second: string | undefined;
    void trial.telephone.continue(callId, "What is your date of birth?").then(({ text }) => (second = text), () => undefined);
    await trial.settle();
    late.release();
    await trial.until(() => heard(party).includes("What is your date of birth?"), "the second question is heard");
    await trial.settle();
    expect(second).toBeUndefined();
    await trial.listening(callId);
    void party.say("The first of May");
    await trial.until(() => second !== undefined, "the second question is answered");
    expect(second).toBe("The first of May");
  });

  it("an answer that is delivered again, at once or much later, answers nothing", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    void party.say("Yes");
    (await trial.question(1)).finish("Really?");
    await trial.until(() => heard(party).includes("Really?"), "the next question is heard");
    await trial.listening(callId);
    const before = JSON.stringify(trial.record(callId).transcript);
    for (const letter of trial.post.letters.slice()) expect(await trial.post.repeat(letter)).toEqual(letter.reply);
    await trial.settle();
    expect(trial.questions).toHaveLength(1);
    expect(JSON.stringify(trial.record(callId).transcript)).toBe(before);
    await trial.listening(callId);
    void party.say("Yes");
    expect((await trial.question(2)).text).toBe("Yes");
  });
});
