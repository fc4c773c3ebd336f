import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { THEIRS, heard, openTrial } from "../trial.ts";

describe.each(await readSubjects())("pain 7: greets, then never replies (%s)", (_name, subject) => {
  it.each(["outbound", "inbound"] as const)("each thing that the caller says is one question and one answer (%s)", async (direction) => {
    await using trial = await openTrial(subject);
    const greeting = "Good day, how can I help?";
    const party = direction === "outbound" ? (await trial.talk(greeting)).party : await trial.receive();
    await trial.until(() => heard(party).includes(greeting), "the greeting is heard");
    const [{ callId = "" } = {}] = trial.telephone.active();
    const talk = ["What time is it?", "And where are you?", "Thank you."];
    for (const [turn, words] of talk.entries()) {
      await trial.listening(callId);
      void party.say(words);
      const question = await trial.question(turn + 1);
      expect(question.text).toBe(words);
      question.finish(`Answer ${turn + 1}.`);
      await trial.until(() => heard(party).includes(`Answer ${turn + 1}.`), "the answer is heard");
    }
    expect(heard(party)).toEqual([greeting, "Answer 1.", "Answer 2.", "Answer 3."]);
    expect(trial.questions).toHaveLength(3);
    expect(trial.record(callId).transcript.filter(({ speaker }) => speaker === "caller").map(({ text }) => text)).toEqual(talk);
  });

  it.each(["streaming", "realtime"] as const)("an audio mode that the carrier lacks is refused by name before anything rings (%s)", async (audioMode) => {
    await using trial = await openTrial(subject, { live: true, settings: { audioMode } });
    if (trial.capabilities.audioModes.includes(audioMode)) return;
    const calling = trial.telephone.initiate({ to: THEIRS, message: "Hello" });
    await expect(calling).rejects.toMatchObject({ code: "unsupported", message: expect.stringContaining(`"${audioMode}"`) as string });
    await expect(calling).rejects.toThrow(subject.definition.id);
    expect(trial.network.placed).toBe(0);
  });
});
