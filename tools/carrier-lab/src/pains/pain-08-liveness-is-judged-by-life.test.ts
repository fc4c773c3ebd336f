import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { openTrial } from "../trial.ts";

const HOUR = 3_600_000;

describe.each(await readSubjects())("pain 8: liveness misjudged (%s)", (_name, subject) => {
  it("a live talk goes on for as long as people talk", async () => {
    await using trial = await openTrial(subject, { settings: { maxDurationMs: HOUR } });
    const { callId, party } = await trial.talk();
    for (let minute = 1; minute <= 10; minute++) {
      await trial.pass(45_000);
      await trial.listening(callId);
      void party.say(`Minute ${minute}`);
      (await trial.question(minute)).finish("I see.");
      await trial.settle();
    }
    expect(party.state()).toBe("answered");
    expect(trial.telephone.active().map((call) => call.callId)).toEqual([callId]);
  });

  it("nobody talks longer than the longest call, even when no webhook gets through any more", async () => {
    await using trial = await openTrial(subject, { settings: { maxDurationMs: 120_000 } });
    const { callId, party } = await trial.talk();
    trial.post.cut = true;
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call is ended", 150_000);
    await trial.until(() => party.state() === "ended", "the network has ended it", 60_000);
    expect(trial.telephone.active()).toEqual([]);
  });

  it("a call that ended while no webhook got through is noticed, and frees its line", async () => {
    await using trial = await openTrial(subject, { settings: { maxDurationMs: HOUR } });
    const { callId, party } = await trial.talk();
    trial.post.cut = true;
    await party.hangUp();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the end is noticed", 600_000);
    expect(trial.telephone.active()).toEqual([]);
    trial.post.cut = false;
    await trial.talk("Hello again.");
  });

  it("a call that nobody answers ends by its ring time", async () => {
    await using trial = await openTrial(subject, { settings: { ringTimeoutMs: 20_000 } });
    const { callId, party } = await trial.call();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "it ends", 60_000);
    await trial.until(() => party.state() === "ended", "it stops to ring");
    expect(trial.record(callId).endReason).toBe("no-answer");
  });
});
