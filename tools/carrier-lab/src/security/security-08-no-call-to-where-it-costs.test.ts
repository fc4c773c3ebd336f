import { describe, expect, it } from "vitest";
import { readSubjects } from "../carriers.ts";
import { openTrial } from "../trial.ts";

describe.each(await readSubjects())("security 8: toll fraud (%s)", (_name, subject) => {
  it.each([
    ["a premium number", { outbound: { premiumRate: "refuse" } }, "+19005550100"],
    ["a country that is not on the list", { outbound: { premiumRate: "refuse", allowCountries: ["DE"] } }, "+442079460000"],
    ["a number that is not on the list", { outbound: { premiumRate: "refuse", allowTo: ["+4930*"] } }, "+498912345678"],
  ] as const)("%s is refused before the network hears of it", async (_what, settings, to) => {
    await using trial = await openTrial(subject, { settings });
    await expect(trial.telephone.initiate({ to, message: "Hello" })).rejects.toMatchObject({ code: "destination-refused" });
    expect(trial.network.placed).toBe(0);
    expect(trial.telephone.active()).toEqual([]);
  });

  it("a live call is transferred only to where that is allowed", async () => {
    await using trial = await openTrial(subject, { settings: { transfer: { allowTo: [] } } });
    const { callId, party } = await trial.talk();
    await expect(trial.telephone.transfer(callId, "+15550100003")).rejects.toMatchObject({ code: "destination-refused" });
    expect(party.state()).toBe("answered");
    expect(trial.telephone.active().map((call) => call.state)).toEqual(["active"]);
  });
});
