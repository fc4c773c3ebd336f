import { LIVE_AUDIO_DEFAULTS } from "@openclaw/call-engine";
import { describe, expect, it } from "vitest";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial } from "../trial.ts";

const STORY = ["Once upon a time there was a telephone that nobody answered.", "It rang and rang the whole day long.", "And then it was night."];
const INTERRUPTION = "Stop, please, stop it.";

describe.each(await readLiveSubjects())("pain 15: keeps talking after an interruption, or answers what is superseded (%s)", (_name, subject) => {
  it("an interruption ends the writing, the making and the sound of an answer, and the carrier drops what it has", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    const { line, requests } = trial.live;
    trial.live.voice = ({ text }) => (STORY.indexOf(text) > 0 ? trial.live.wait(60_000) : undefined);
    void party.say("A story, please.");
    const first = await trial.question();
    first.write(`${STORY.join(" ")} The`);
    await trial.until(() => trial.telephone.get(callId)?.activity === "speaking", "the story begins");
    await trial.pass(800);
    void party.say(INTERRUPTION);
    const second = await trial.question(2);
    expect(second.text).toBe(INTERRUPTION);
    expect(line.clears.length).toBeGreaterThan(0);
    expect(first.signal.aborted).toBe(true);
    expect(requests.filter(({ text }) => STORY.slice(1).includes(text)).map(({ signal }) => signal.aborted)).not.toContain(false);
    first.write(`${STORY.join(" ")} The end of it is near now. I am sure.`);
    second.finish("I have stopped now.");
    await trial.until(() => heard(party).includes("I have stopped now."), "the answer is heard");
    await trial.pass(5000);
    expect(line.heard.texts.map(({ text, complete }) => (complete ? text : `${text}…`))).toEqual(["Hi.", expect.stringMatching(/^Once.*…$/), "I have stopped now."]);
    expect(requests.map(({ text }) => text)).not.toContain("The end of it is near now.");
    const told = trial.record(callId).transcript.find(({ interrupted }) => interrupted);
    expect(told?.text).toMatch(/^Once.*…$/);
  });

  it("two seconds into an answer of which the carrier has everything, it is told to drop it", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { streaming: { ...LIVE_AUDIO_DEFAULTS.streaming, leadMs: 20_000 } } });
    const { callId, party } = await trial.talk("Hi.");
    const { line } = trial.live;
    void party.say("A story, please.");
    (await trial.question()).finish(STORY.join(" "));
    await trial.until(() => trial.telephone.get(callId)?.activity === "speaking", "the story begins");
    await trial.pass(2000);
    expect(line.heard.bufferedMs).toBeGreaterThan(2000);
    void party.say(INTERRUPTION);
    await trial.until(() => line.clears.length > 0, "the carrier is told");
    expect(line.heard.bufferedMs).toBe(0);
    (await trial.question(2)).finish("I have stopped now.");
    await trial.until(() => heard(party).includes("I have stopped now."), "the answer is heard");
    expect(line.heard.texts.filter(({ complete }) => complete).map(({ text }) => text)).toEqual(["Hi.", "I have stopped now."]);
  });

  it("an answer to a question that the caller went on with is never spoken", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { party } = await trial.talk("Hi.");
    void party.say("I want a table");
    const first = await trial.question();
    void party.say("for two.");
    const second = await trial.question(2);
    expect(second.text).toBe("I want a table for two.");
    first.write("Which table do you want? We");
    first.finish("Which table do you want? We have many.");
    await trial.pass(1000);
    second.finish("A table for two it is.");
    await trial.until(() => heard(party).length === 2, "an answer is heard");
    await trial.pass(3000);
    expect(heard(party)).toEqual(["Hi.", "A table for two it is."]);
    expect(trial.live.spoken).toEqual(["Hi.", "A table for two it is."]);
  });
});
