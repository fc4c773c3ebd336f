import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

const subjects = await readSubjects();

describe.each(subjects)("live audio over %s", (_name, subject) => {
  it("greets, hears and answers, word for word", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk();
    for (const word of ["one", "two", "three"]) {
      const said = party.say(`This is number ${word}.`);
      const question = await trial.question(["one", "two", "three"].indexOf(word) + 1);
      await said;
      expect(question.text).toBe(`This is number ${word}.`);
      question.finish(`I heard number ${word}. Go on, please.`);
      await trial.until(() => heard(party).join(" ").includes(`number ${word}. Go on`), "the answer is heard");
      await trial.listening(callId);
    }
    expect(heard(party).join(" ")).toBe("Hello, this is your agent. " + ["one", "two", "three"].map((word) => `I heard number ${word}. Go on, please.`).join(" "));
    expect(trial.record(callId).transcript.map(({ text }) => text)).toEqual([
      "Hello, this is your agent.",
      ...["one", "two", "three"].flatMap((word) => [`This is number ${word}.`, `I heard number ${word}. Go on, please.`]),
    ]);
    void trial.telephone.end(callId);
    await trial.until(() => party.state() === "ended", "the call ends");
    await trial.pass(5000);
    expect(trial.telephone.media.sizes).toEqual({ tokens: 0, pending: 0, active: 0, playing: 0, services: 0 });
  });
});
