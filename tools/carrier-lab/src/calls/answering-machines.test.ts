import { describe, expect, it } from "vitest";
import { capabilitiesIn, readSubjects } from "../carriers.ts";
import { THEIRS, heard, openTrial } from "../trial.ts";

const subjects = await readSubjects();

describe.each(subjects.filter(([, subject]) => capabilitiesIn(subject).machineDetection))("an answering machine (%s)", (_name, subject) => {
  it("is hung up on where that is the policy", async () => {
    await using trial = await openTrial(subject, { settings: { machineDetection: "hangup" } });
    const { callId, party } = await trial.call({ message: "Your parcel is here.", mode: "notify" });
    await party.answer();
    await trial.settle();
    await party.detect?.("machine");
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call ends", 60_000);
    await trial.until(() => party.state() === "ended", "the network has hung up");
    expect(trial.record(callId)).toMatchObject({ endReason: "voicemail", machine: "machine" });
  });

  it("gets the message once, whole, where that is the policy", async () => {
    await using trial = await openTrial(subject, { settings: { machineDetection: "leave-message" } });
    const { callId, party } = await trial.call({ message: "Please call me back.", mode: "notify" });
    await party.answer();
    await trial.settle();
    await party.detect?.("machine");
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call ends", 120_000);
    expect(heard(party).at(-1)).toBe("Please call me back.");
    expect(trial.record(callId)).toMatchObject({ endReason: "voicemail", machine: "machine" });
  });

  it("that turns out to be a person is talked to", async () => {
    await using trial = await openTrial(subject, { settings: { machineDetection: "hangup" } });
    const { callId, party } = await trial.talk();
    await party.detect?.("human");
    await trial.until(() => trial.record(callId).machine === "human", "the verdict is on the record");
    void party.say("Hello?");
    (await trial.question()).finish("Good day.");
    await trial.until(() => heard(party).includes("Good day."), "the answer is heard");
  });
});

describe.each(subjects.filter(([, subject]) => !capabilitiesIn(subject).machineDetection))("a carrier that knows no machines (%s)", (_name, subject) => {
  it("is not asked for what it cannot do", async () => {
    await using trial = await openTrial(subject, { settings: { machineDetection: "hangup" } });
    await expect(trial.telephone.initiate({ to: THEIRS, message: "Hello" })).rejects.toMatchObject({ code: "unsupported" });
    expect(trial.network.placed).toBe(0);
  });
});
