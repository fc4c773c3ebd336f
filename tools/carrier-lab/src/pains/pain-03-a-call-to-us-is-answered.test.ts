import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { OURS, THEIRS, heard, openTrial } from "../trial.ts";

describe.each(await readSubjects())("pain 3: inbound calls ring forever (%s)", (_name, subject) => {
  it("a call to us is answered once, with the right numbers, greeted, listened to and answered by the agent", async () => {
    await using trial = await openTrial(subject);
    const party = await trial.receive();
    await trial.until(() => party.state() === "answered", "the call is answered");
    await trial.until(() => heard(party).includes("Good day, how can I help?"), "the greeting is heard");
    const [call] = trial.telephone.active();
    expect(call).toMatchObject({ direction: "inbound", from: THEIRS, to: OURS, state: "active" });
    await trial.listening(call?.callId ?? "");
    void party.say("What time is it?");
    const question = await trial.question();
    expect(question.text).toBe("What time is it?");
    question.finish("It is noon.");
    await trial.until(() => heard(party).includes("It is noon."), "the answer is heard");
    expect(heard(party)).toEqual(["Good day, how can I help?", "It is noon."]);
  });

  it("a call that is not taken is refused, not left ringing, and the reason is logged", async () => {
    await using trial = await openTrial(subject, { settings: { inboundPolicy: "disabled" } });
    const party = await trial.receive();
    await trial.until(() => party.state() === "ended", "the call is refused");
    expect(trial.telephone.active()).toEqual([]);
    expect(trial.log.lines).toContainEqual(expect.objectContaining({ message: "inbound call refused" }));
  });
});
