import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { THEIRS, heard, openTrial } from "../trial.ts";

describe.each(await readSubjects())("security 5: allowlist bypass (%s)", (_name, subject) => {
  it.each([
    ["the number on the list", THEIRS, true],
    ["a number that ends like it", "+49301555010002", false],
    ["a number that begins like it", `${THEIRS}1`, false],
    ["its last digits alone", THEIRS.slice(-7), false],
    ["no number", "", false],
    ["an anonymous caller", "anonymous", false],
    ["a restricted caller", "Restricted", false],
    ["a plus sign alone", "+", false],
  ])("%s gets through: %s (%s)", async (_what, from, admitted) => {
    await using trial = await openTrial(subject, { settings: { inboundPolicy: "allowlist", allowFrom: [THEIRS] } });
    const party = await trial.receive({ from });
    if (admitted) return await trial.until(() => heard(party).length > 0, "the caller is greeted");
    await trial.until(() => party.state() === "ended", "the caller is refused");
    expect(heard(party)).toEqual([]);
    expect(trial.store.recent(10)).toEqual([]);
  });
});
