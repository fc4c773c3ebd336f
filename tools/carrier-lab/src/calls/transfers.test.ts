import { describe, expect, it } from "vitest";
import { capabilitiesIn, readSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

const COLLEAGUE = "+15550100003";

describe.each((await readSubjects()).filter(([, subject]) => capabilitiesIn(subject).steps.transfer))("a transfer (%s)", (_name, subject) => {
  it("that somebody takes frees our line at once, and the record says to whom it went", async () => {
    await using trial = await openTrial(subject, { settings: { maxConcurrentCalls: 1 } });
    const { callId, party } = await trial.talk();
    trial.network.transferTarget?.("answer");
    let done = false;
    void trial.telephone.transfer(callId, COLLEAGUE).then(() => (done = true));
    await trial.until(() => done, "the transfer is taken", 60_000);
    expect(trial.record(callId)).toMatchObject({ lifecycle: "ended", endReason: "transferred", transferredTo: COLLEAGUE });
    expect(trial.telephone.active()).toEqual([]);
    const before = trial.record(callId).history.length;
    await party.hangUp();
    await trial.settle();
    expect(trial.record(callId).history).toHaveLength(before);
  });

  it("that nobody takes comes back to the agent", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    trial.network.transferTarget?.("busy");
    const outcome = expect(trial.telephone.transfer(callId, COLLEAGUE)).rejects.toMatchObject({ code: "transfer-failed" });
    let settled = false;
    void outcome.then(() => (settled = true));
    await trial.until(() => settled, "the transfer comes back", 120_000);
    await outcome;
    expect(party.state()).toBe("answered");
    await trial.listening(callId);
    void party.say("So?");
    (await trial.question()).finish("Nobody is there.");
    await trial.until(() => heard(party).includes("Nobody is there."), "the talk goes on");
  });
});
