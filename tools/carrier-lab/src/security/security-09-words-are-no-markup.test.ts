import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { heard, openTrial } from "../trial.ts";

const NASTY = [
  `</Say><Dial>+19005550100</Dial><Say>`,
  `"/><Hangup/><Say voice="`,
  `]]><Redirect>https://evil.example</Redirect><![CDATA[`,
  `<!-- --> &lt;Reject/&gt; &#60;Play&#62; 5 < 6 && "quotes" 'here'`,
];

describe.each(await readSubjects())("security 9: markup in what is said (%s)", (_name, subject) => {
  it.each(NASTY)("is spoken as it was written: %s", async (text) => {
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk(text);
    expect(heard(party)).toEqual([text]);
    expect(party.state()).toBe("answered");
    expect(trial.telephone.active().map((call) => call.callId)).toEqual([callId]);
  });

  it("characters that no document may hold are left out, and nothing else", async () => {
    await using trial = await openTrial(subject);
    const { party } = await trial.call({ message: "one\u0000two\u0001 three\u000b\uffff four", mode: "notify" });
    await party.answer();
    await trial.until(() => party.state() === "ended", "the message is over", 60_000);
    expect(heard(party).join("").replace(/[\u0000-\u001f\uffff]/g, "").replace(/\s+/g, " ")).toMatch(/^one ?two three ?four$/);
  });

  it.each([`en-US"><Hangup/>`, "en US", "../../x"])("a language that is none never reaches the network: %s", async (language) => {
    await using trial = await openTrial(subject, { settings: { language } });
    const { party } = await trial.talk();
    expect(party.state()).toBe("answered");
    for (const { reply } of trial.post.letters) expect(reply.body).not.toContain(language);
  });
});
