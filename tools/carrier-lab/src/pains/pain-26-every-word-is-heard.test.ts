import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

const LONG = "This is the pharmacy. Your medicine is here since this morning. Please come before six, and bring the letter of your doctor with you. Goodbye.";

describe.each(await readSubjects())("pain 26: goodbye or message cut off (%s)", (_name, subject) => {
  it("a notification is heard to its end before we hang up", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.call({ message: LONG, mode: "notify" });
    await party.answer();
    await trial.until(() => party.state() === "ended", "we hang up", 120_000);
    expect(heard(party).join(" ").replace(/\s+/g, " ")).toBe(LONG);
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the record ends");
    expect(trial.record(callId).endReason).toBe("completed");
  });

  it("what was asked to be said before ending a call is heard before it ends", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    await trial.telephone.speak(callId, "Thank you for your time. Goodbye.");
    let over = false;
    void trial.telephone.end(callId).then(() => (over = true));
    await trial.until(() => over && party.state() === "ended", "the call ends", 60_000);
    expect(heard(party).at(-1)).toBe("Thank you for your time. Goodbye.");
  });
});
