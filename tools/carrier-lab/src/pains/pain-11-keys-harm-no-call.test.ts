import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { THEIRS, heard, openTrial, pressed } from "../trial.ts";

describe.each(await readSubjects())("pain 11: pressing a key kills the call, options are ignored (%s)", (_name, subject) => {
  it("keys pressed in a live call are heard, and the same call goes on", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    await trial.telephone.sendDigits(callId, "12#");
    await trial.until(() => pressed(party) === "12#", "the keys are heard");
    expect(trial.telephone.active().map((call) => call.callId)).toEqual([callId]);
    await trial.listening(callId);
    void party.say("Who is there?");
    (await trial.question()).finish("Me.");
    await trial.until(() => heard(party).includes("Me."), "the answer is heard");
    expect(trial.network.placed).toBe(1);
  });

  it("keys that the caller presses are on the record, each once", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk();
    void party.press("7");
    await trial.until(() => trial.record(callId).transcript.some(({ digits, text }) => digits === true && text.includes("7")), "the key is on the record", 40_000);
    await trial.pass(10_000);
    const keys = trial.record(callId).transcript.filter(({ digits }) => digits).map(({ text }) => text);
    expect(keys.join("")).toBe("7");
  });

  it("keys for the begin of a call are pressed before anything is said, or refused before anything rings", async () => {
    await using trial = await openTrial(subject);
    const request = { to: THEIRS, message: "Hello", mode: "conversation", dialDigits: "1w2" } as const;
    if (!trial.capabilities.dialDigits) {
      await expect(trial.telephone.initiate(request)).rejects.toMatchObject({ code: "unsupported" });
      return expect(trial.network.placed).toBe(0);
    }
    const { party } = await trial.call(request);
    await party.answer();
    await trial.until(() => heard(party).includes("Hello"), "the greeting is heard");
    expect(party.heard().map(({ kind }) => kind).indexOf("digits")).toBeLessThan(party.heard().map(({ kind }) => kind).indexOf("say"));
    expect(pressed(party).replace(/w/gi, "")).toBe("12");
  });

  it.each([
    ["keys that no telephone has", { dialDigits: "12x" }, "invalid-request"],
    ["keys for a notification", { mode: "notify", dialDigits: "1" }, "invalid-request"],
    ["a number that is none", { to: "12" }, "invalid-request"],
  ] as const)("%s are refused before anything rings", async (_what, request, code) => {
    await using trial = await openTrial(subject);
    await expect(trial.telephone.initiate({ to: THEIRS, message: "Hello", mode: "conversation", ...request })).rejects.toMatchObject({ code });
    expect(trial.network.placed).toBe(0);
  });
});
