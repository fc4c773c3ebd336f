import { describe, expect, it } from "vitest";
import { Acoustics, noise, voice } from "../live/sounds.ts";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial, type Trial } from "../trial.ts";

/** Some fourteen seconds of tones in one sentence. */
const STORY = `Once upon a time there was ${"a telephone that rang and rang, and ".repeat(9)}nobody came.`;
const OUR_ECHO = { lossDb: 20, delayMs: 200 };

/** Transcribers say what they take for speech, or nothing before the words are final: then the level alone decides. */
const EARS = {
  "a transcriber that tells nothing before words are final": { partials: false, speechStart: false },
  "a transcriber that tells begin and words": {},
};

describe.each(await readLiveSubjects())("pain 6: the bot interrupts itself, or goes mute (%s)", (_name, subject) => {
  it.each(Object.entries(EARS))("echo, noise and a listener's sounds do not interrupt, speech does, with %s", async (_ear, ear) => {
    await using trial = await openTrial(subject, { live: true, ear });
    const { party, line, since } = await telling(trial);
    const acoustics = new Acoustics(OUR_ECHO);
    trial.live.lines.room = acoustics.room;
    await trial.pass(2000);
    acoustics.make(noise(20_000, -29));
    await trial.pass(3000);
    acoustics.make(voice(300, -12));
    await trial.pass(2000);
    expect(line.clears).toEqual([]);

    const began = trial.clock.now();
    const words = "Stop, please, stop it.";
    void party.say(words);
    await trial.until(() => line.clears.length > 0, "the voice stops");
    expect((line.clears[0] ?? 0) - began).toBeLessThanOrEqual(800);
    const question = await trial.question(2);
    expect(question.text).toBe(words);
    question.finish("I have stopped.");
    await trial.until(() => heard(party).includes("I have stopped."), "the answer is heard");
    expect(line.heard.damaged).toEqual([]);
    expect(line.heard.texts.filter(({ startMs }) => line.startedAt + startMs > since).map(({ complete }) => complete)).toEqual([false, true]);
  });

  it("a loud voice of 800 ms stops ours also where nobody knows yet whether it has words; without any, ours goes on", async () => {
    await using trial = await openTrial(subject, { live: true, ear: { partials: false, speechStart: false } });
    const { line } = await telling(trial);
    const acoustics = new Acoustics(OUR_ECHO);
    trial.live.lines.room = acoustics.room;
    await trial.pass(2000);
    acoustics.make(voice(800, -12));
    await trial.until(() => line.clears.length > 0, "the voice stops", 900);
    await trial.until(() => line.heard.resumed.length > 0, "the story goes on to its end");
    expect(line.clears).toHaveLength(1);
    expect(line.heard.damaged).toEqual([]);
    expect(trial.questions).toHaveLength(1);
  });

  it("the greeting is heard out", async () => {
    await using trial = await openTrial(subject, { live: true });
    const greeting = "Hello, this is your agent with a greeting that takes its time to be said.";
    const { party } = await trial.call({ message: greeting, mode: "conversation" });
    await party.answer();
    await trial.until(() => trial.live.lines.all.length > 0 && trial.live.line.firstAudioAt !== undefined, "the greeting begins");
    void party.say("Hello? Who is this, and what do you want?");
    await trial.question();
    await trial.until(() => heard(party).length > 0, "the greeting is over");
    expect(heard(party)).toEqual([greeting]);
    expect(trial.live.line.clears).toEqual([]);
  });
});

/** A call whose agent tells a long story, which has begun to sound. */
async function telling(trial: Trial) {
  const { callId, party } = await trial.talk("Hi.");
  const since = trial.clock.now();
  void party.say("Tell me a story.");
  (await trial.question()).finish(STORY);
  await trial.until(() => trial.telephone.get(callId)?.activity === "speaking", "the story begins");
  return { callId, party, line: trial.live.line, since };
}
