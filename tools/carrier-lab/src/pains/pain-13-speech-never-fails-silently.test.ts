import { TelephonyError, pcm16 } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { pieces, tones, type VoiceScript } from "../live/lab-voice.ts";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial, type Trial } from "../trial.ts";

/** Until another voice speaks: it waits ten seconds for the one before. Where there is no other, the apology waits as long. */
const BUDGET_MS = 12_000;
const GREETING = "Hello, here I am.";

const FAULTS: readonly (readonly [fault: string, script: (trial: Trial) => VoiceScript])[] = [
  ["throws", () => () => Promise.resolve(new TelephonyError("auth-failed", "the key is refused"))],
  ["brings zero bytes", () => () => Promise.resolve({ audio: pieces(new Uint8Array()) })],
  ["hangs for 30 s", (trial) => () => trial.live.wait(30_000)],
  ["says a rate that no audio has", () => ({ text }) => Promise.resolve({ format: pcm16(12_345), audio: pieces(tones(text)) })],
];

describe.each(await readLiveSubjects())("pain 13: speech output fails silently (%s)", (_name, subject) => {
  it.each(FAULTS)("another voice speaks, word for word, where the configured one %s", async (_fault, script) => {
    await using trial = await openTrial(subject, { live: true, settings: { speech: { provider: "other", section: {} } } });
    trial.live.otherVoice = script(trial);
    const { party } = await trial.call({ message: GREETING, mode: "conversation" });
    await party.answer();
    await trial.until(() => heard(party).includes(GREETING), "the greeting is heard", BUDGET_MS);
    const { callId } = trial.telephone.active()[0] ?? { callId: "" };
    void party.say("Are you there?");
    (await trial.question()).finish("Yes, I am here.");
    await trial.until(() => heard(party).includes("Yes, I am here."), "the answer is heard", 4000);
    expect(trial.log.lines.filter(({ message }) => message.includes("another voice"))).toMatchObject([{ level: "warn", fields: { from: "other", to: "host" } }]);
    expect(trial.record(callId).transcript.map(({ text }) => text)).toEqual([GREETING, "Are you there?", "Yes, I am here."]);
  });

  it.each(FAULTS)("the call ends in time where the only voice %s", async (_fault, script) => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    trial.live.voice = script(trial);
    void party.say("Are you there?");
    (await trial.question()).finish("Yes, I am here.");
    await trial.until(() => party.state() === "ended", "the call ends", 2 * BUDGET_MS);
    expect(trial.record(callId)).toMatchObject({ endReason: "failed", endDetail: "speech synthesis failed" });
  });

  it("a question is listened to only when it was heard: what the caller says before is no answer to it", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    trial.live.voice = () => trial.live.wait(6000);
    let answer: string | undefined;
    void trial.telephone.continue(callId, "When were you born?").then(({ text }) => (answer = text));
    await trial.settle();
    void party.say("My number is seven.");
    await trial.until(() => trial.record(callId).transcript.length === 2, "it is heard");
    await trial.until(() => heard(party).includes("When were you born?"), "the question is heard");
    expect(answer).toBeUndefined();
    void party.say("In May.");
    await trial.until(() => answer !== undefined, "it is answered");
    expect(answer).toBe("In May.");
  });

  it("a question that nobody could speak is refused to whoever asked, and the caller hears an apology or the call ends", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    let faults = 0;
    trial.live.voice = () => (faults++ === 0 ? Promise.resolve(new Error("quota")) : undefined);
    const refused = expect(trial.telephone.continue(callId, "When were you born?")).rejects.toMatchObject({ code: "unavailable" });
    await trial.until(() => heard(party).length === 2, "an apology is heard");
    await refused;
    expect(heard(party)[1]).toContain("Sorry");
    void party.say("Hello?");
    (await trial.question()).finish("Here I am.");
    await trial.until(() => heard(party).includes("Here I am."), "the call goes on");
  });
});
