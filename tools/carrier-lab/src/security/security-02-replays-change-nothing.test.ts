import { describe, expect, it } from "vitest";
import { readWebhookSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

describe.each(await readWebhookSubjects())("security 2: replays (%s)", (_name, subject) => {
  it("a webhook that comes again is answered byte for byte as before and changes nothing, during the call and after it", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    void party.say("What time is it?");
    (await trial.question()).finish("It is noon.");
    await trial.until(() => heard(party).includes("It is noon."), "the answer is heard");
    await trial.listening(callId);
    const during = JSON.stringify([trial.record(callId), trial.telephone.active()]);
    for (const letter of trial.post.letters.slice()) expect(await trial.post.repeat(letter)).toEqual(letter.reply);
    expect(JSON.stringify([trial.record(callId), trial.telephone.active()])).toBe(during);
    await party.hangUp();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call ends");
    await trial.settle();
    const after = JSON.stringify(trial.record(callId));
    for (const letter of trial.post.letters.slice()) expect(await trial.post.repeat(letter)).toEqual(letter.reply);
    await trial.settle();
    expect(JSON.stringify(trial.record(callId))).toBe(after);
    expect(trial.telephone.active()).toEqual([]);
    expect(trial.questions).toHaveLength(1);
  });

  it("the news of a call to us, delivered five times, is one call", async () => {
    await using trial = await openTrial(subject);
    const held = trial.post.hold();
    const party = await trial.receive();
    trial.post.stopHolding();
    held.release();
    await trial.until(() => trial.post.letters.length > 0, "the news arrives");
    const [news] = trial.post.letters;
    if (news) for (let times = 0; times < 4; times++) await trial.post.repeat(news);
    await trial.until(() => heard(party).length > 0, "the greeting is heard");
    expect(trial.telephone.active()).toHaveLength(1);
    expect(heard(party)).toEqual(["Good day, how can I help?"]);
  });
});
