import { describe, expect, it } from "vitest";
import { expectNothingLeft } from "../live/aftermath.ts";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial } from "../trial.ts";

const DIGITS = "4711815";
const GAP_MS = 700;
/** Silence that ends a turn: shorter than the gaps. */
const IMPATIENT = { silenceTimeoutMs: 400 };

describe.each(await readLiveSubjects())("pain 28: callers are cut off in the middle of a number (%s)", (_name, subject) => {
  it.each(["provider", "engine"] as const)("digits with gaps of 700 ms are one turn (turns end by the %s)", async (endOfTurn) => {
    await using trial = await openTrial(subject, { live: true, ear: { endOfTurn }, settings: IMPATIENT });
    const { callId, party } = await trial.talk("Hi.");
    for (const digit of DIGITS) {
      let said = false;
      void Promise.resolve(party.say(digit)).then(() => (said = true));
      await trial.until(() => said, "the digit is said");
      await trial.pass(GAP_MS);
    }
    const question = await trial.question();
    expect(question.text).toBe([...DIGITS].join(" "));
    question.finish("Thank you.");
    await trial.until(() => heard(party).includes("Thank you."), "it is answered");
    await trial.pass(3000);
    expect(trial.questions).toHaveLength(1);
    expect(trial.record(callId).transcript).toHaveLength(3);
  });

  it("words are answered as soon as the silence is long enough", async () => {
    await using trial = await openTrial(subject, { live: true, settings: IMPATIENT });
    const { party } = await trial.talk("Hi.");
    let saidAt = 0;
    void Promise.resolve(party.say("Good day.")).then(() => (saidAt = trial.clock.now()));
    await trial.question();
    expect(trial.clock.now() - saidAt).toBeLessThanOrEqual(IMPATIENT.silenceTimeoutMs + 200);
  });

  it("sound at a rate that no telephone knows is refused, and the caller is told, instead of being misheard", async () => {
    await using trial = await openTrial(subject, { live: true });
    trial.live.lines.formatIn = { encoding: "mulaw", sampleRate: 4000 };
    const { callId, party } = await trial.call({ message: "Hi.", mode: "conversation" });
    await party.answer();
    await trial.until(() => party.state() === "ended", "the call ends", 30_000);
    expect(heard(party)).toEqual([expect.stringContaining("technical problem")]);
    expect(trial.record(callId).endReason).toBe("failed");
    expect(trial.live.ears.flatMap(({ heard: texts }) => texts)).toEqual([]);
    await expectNothingLeft(trial);
  });
});
