import { describe, expect, it } from "vitest";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial, type Question, type Trial } from "../trial.ts";

const SENTENCES = ["Your train leaves at seven.", "It stops twice on the way.", "Shall I book a seat?"];
const ANSWER = SENTENCES.join(" ");
const TOKEN_MS = 50;
const VOICE_MS = 200;
/** From the moment at which a sentence is known to the moment at which it is heard. */
const BUDGET_MS = 300;

describe.each(await readLiveSubjects())("pain 12: latency of seconds per turn (%s)", (_name, subject) => {
  it("a sentence is heard 300 ms after it is written, and what the agent does after its last word holds up nothing", async () => {
    await using trial = await openTrial(subject, { live: true });
    trial.live.voice = () => trial.live.wait(VOICE_MS);
    const { callId, party } = await trial.talk("Hello.");
    void party.say("When?");
    const question = await trial.question();
    const writtenAt = await write(trial, question, ANSWER);
    await trial.until(() => heard(party).length === 1 + SENTENCES.length, "the answer is heard", 10_000);
    const { startedAt, heard: report } = trial.live.line;
    const texts = report.texts.slice(-SENTENCES.length).map(({ text, startMs, endMs }) => ({ text, from: startedAt + startMs, to: startedAt + endMs }));
    expect(texts.map(({ text }) => text)).toEqual(SENTENCES);
    expect((texts[0]?.from ?? Infinity) - (writtenAt[0] ?? 0)).toBeLessThanOrEqual(BUDGET_MS);
    for (const [index, { from }] of texts.entries()) {
      const free = Math.max((writtenAt[index] ?? 0) + BUDGET_MS, (texts[index - 1]?.to ?? 0) + 40);
      // Nobody can tell the last sentence of an answer from one that goes on, except by waiting a moment.
      expect(from - free).toBeLessThanOrEqual(index === SENTENCES.length - 1 ? 500 : 0);
    }
    await trial.pass(20_000 - (trial.clock.now() - (writtenAt.at(-1) ?? 0)));
    question.finish(ANSWER);
    await trial.pass(3000);
    expect(heard(party).slice(1)).toEqual(SENTENCES);
    expect(trial.record(callId).transcript.at(-1)?.text).toBe(ANSWER);
    void party.say("Yes, please.");
    expect((await trial.question(2)).text).toBe("Yes, please.");
  });

  it("the greeting is made while it rings, and heard as soon as somebody answers", async () => {
    await using trial = await openTrial(subject, { live: true });
    trial.live.voice = () => trial.live.wait(1500);
    const { party } = await trial.call({ message: "Hello, here I am.", mode: "conversation" });
    await trial.pass(2000);
    await party.answer();
    await trial.until(() => heard(party).length > 0, "the greeting is heard");
    expect(trial.live.line.heard.texts[0]?.startMs).toBeLessThanOrEqual(100);
    expect(trial.live.spoken).toEqual(["Hello, here I am."]);
  });
});

/** Writes an answer as a model does. Returns when each sentence was there. */
async function write(trial: Trial, question: Question, text: string): Promise<readonly number[]> {
  const tokens = text.match(/\S+\s*/g) ?? [];
  const began = trial.clock.now();
  for (const [index] of tokens.entries()) trial.clock.schedule(TOKEN_MS * (index + 1), () => question.write(tokens.slice(0, index + 1).join("")));
  await trial.pass(TOKEN_MS * tokens.length);
  return tokens.flatMap((token, index) => (/[.?]\s*$/.test(token) ? [began + TOKEN_MS * (index + 1)] : []));
}
