import { leakInLog } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { OURS, THEIRS, heard, openTrial } from "../trial.ts";

describe.each(await readSubjects())("security 7: logs leak numbers, words and secrets (%s)", (_name, subject) => {
  it("a talk with faults on the way leaves no number, no word and no secret in the log", async () => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk("Your code is walnut.");
    void party.say("My password is blueberry");
    (await trial.question()).finish("Thank you, walnut it is.");
    await trial.until(() => heard(party).length > 1, "the answer is heard");
    trial.network.failNext("server-error");
    void trial.telephone.sendDigits(callId, "4711").catch(() => undefined);
    await trial.pass(15_000);
    for (const letter of trial.post.letters.slice(0, 3)) await trial.post.repeat({ ...letter, request: { ...letter.request, headers: {} } });
    await party.hangUp();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call ends");
    await trial.receive({ from: "+15550100077" });
    const secrets = (subject.definition.secrets ?? []).flatMap((key) => {
      const secret = (subject.config as Readonly<Record<string, unknown>>)[key];
      return typeof secret === "string" ? [secret] : [];
    });
    expect(trial.log.lines.length).toBeGreaterThan(0);
    expect(leakInLog(trial.log.lines, { numbers: [OURS, THEIRS, "+15550100077"], spoken: ["walnut", "blueberry", "4711"], secrets })).toBeUndefined();
  });
});
