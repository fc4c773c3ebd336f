import { describe, expect, it } from "vitest";
import { expectNothingLeft } from "../live/aftermath.ts";
import { readLiveSubjects, readSocketSubjects } from "../live/subjects.ts";
import { heard, openTrial, type Trial } from "../trial.ts";

const GREETING = "Hello, here I am.";

describe.each(await readLiveSubjects())("pain 22: a brief reconnect ends the call, one telephone is good for one call (%s)", (_name, subject) => {
  it("audio that drops and comes back within a second is the same call: one ear, one greeting, and the answer goes on", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk(GREETING);
    void party.say("Tell me all.");
    (await trial.question()).finish("This is the first part of what I know. And this is the second part.");
    await trial.until(() => trial.telephone.get(callId)?.activity === "speaking", "the answer begins");
    await trial.pass(600);
    const droppedAt = trial.clock.now();
    trial.live.breakLine();
    await trial.until(() => trial.live.lines.all.length === 2, "the audio is back", 1000);
    expect(trial.live.line.startedAt - droppedAt).toBeLessThanOrEqual(1000);
    await trial.until(() => heard(party).includes("And this is the second part."), "the rest is heard");
    await trial.listening(callId);
    void party.say("Thank you.");
    expect((await trial.question(2)).text).toBe("Thank you.");
    expect(trial.live.ears.map(({ closed }) => closed)).toEqual([false]);
    expect(heard(party).filter((text) => text === GREETING)).toHaveLength(1);
    expect(trial.telephone.active()).toHaveLength(1);
    expect(trial.network.placed).toBe(1);
    await hangUp(trial, callId);
  });

  it("a telephone takes fifty calls in a row", async () => {
    await using trial = await openTrial(subject, { live: true });
    const timers = trial.clock.pending;
    for (let count = 1; count <= 50; count++) {
      const { callId, party } = await trial.call({ message: "Hi.", mode: "conversation" });
      await party.answer();
      await trial.clock.runUntil(() => heard(party).length > 0, 5000);
      await party.hangUp();
      await trial.clock.runUntil(() => trial.telephone.active().length === 0, 5000);
      expect([count, heard(party), trial.record(callId).endReason]).toEqual([count, ["Hi."], "completed"]);
    }
    await expectNothingLeft(trial, timers);
  });
});

describe.each(await readSocketSubjects())("pain 22: duplicate streams (%s)", (_name, subject) => {
  it("a connection that only the carrier knows to be broken is replaced, and what still comes over it is nobody's", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk(GREETING);
    const [old] = trial.live.path.wires;
    old?.breakThere();
    await trial.until(() => trial.live.path.wires.length === 2, "the carrier connects anew", 2000);
    await trial.until(() => trial.telephone.media.sizes.active === 1, "the old one is gone");
    for (const message of old?.received ?? []) old?.inject(message);
    void party.say("Are you there?");
    (await trial.question()).finish("Yes, I am here.");
    await trial.until(() => heard(party).includes("Yes, I am here."), "the answer is heard");
    expect(heard(party)).toEqual([GREETING, "Yes, I am here."]);
    expect(trial.live.ears).toHaveLength(1);
    await hangUp(trial, callId);
  });

  it("a second start on a socket is no second stream", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk(GREETING);
    const [wire] = trial.live.path.wires;
    for (const message of wire?.received.slice(0, 3) ?? []) wire?.inject(message);
    void party.say("Are you there?");
    (await trial.question()).finish("Yes, I am here.");
    await trial.until(() => heard(party).includes("Yes, I am here."), "the answer is heard");
    expect(heard(party)).toEqual([GREETING, "Yes, I am here."]);
    expect(trial.live.ears).toHaveLength(1);
    expect(trial.telephone.media.sizes).toMatchObject({ active: 1, pending: 0 });
    await hangUp(trial, callId);
  });
});

async function hangUp(trial: Trial, callId: string): Promise<void> {
  void trial.telephone.end(callId);
  await trial.until(() => trial.telephone.active().length === 0, "the call ends");
  await expectNothingLeft(trial);
}
