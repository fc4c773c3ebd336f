import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { expectNothingLeft } from "../live/aftermath.ts";
import type { LiveParts } from "../live/live-parts.ts";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial } from "../trial.ts";

const GONE = new TelephonyError("auth-failed", "the key is refused");
/** Until a caller who cannot be heard is told so. */
const BUDGET_MS = 15_000;

const FAULTS: readonly (readonly [fault: string, spoil: (live: LiveParts) => void])[] = [
  ["cannot be made", (live) => (live.ear = { create: () => Promise.reject(GONE) })],
  ["is never made", (live) => (live.ear = { create: () => new Promise(() => {}) })],
  ["throws when it is to hear a call", (live) => (live.ear = { open: () => { throw GONE; } })],
];

describe.each(await readLiveSubjects())("pain 23: speech recognition deaf or looping (%s)", (_name, subject) => {
  it.each(FAULTS)("a caller is told that nobody hears them, and the call ends, where the transcriber %s", async (_fault, spoil) => {
    await using trial = await openTrial(subject, { live: true });
    spoil(trial.live);
    const { callId, party } = await trial.call({ message: "Hi.", mode: "conversation" });
    await party.answer();
    await trial.until(() => party.state() === "ended", "the call ends", BUDGET_MS);
    expect(heard(party).at(-1)).toContain("cannot hear you");
    expect(trial.record(callId)).toMatchObject({ endReason: "failed", endDetail: "the transcriber failed" });
    await expectNothingLeft(trial);
  });

  it("one that fails for good in a call ends it with an apology, whoever waits learns why, and the next call has another one", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { callId, party } = await trial.talk("Hi.");
    const refused = expect(trial.telephone.continue(callId, "When were you born?")).rejects.toMatchObject({ code: "unavailable" });
    await trial.until(() => heard(party).length === 2, "the question is heard");
    trial.live.session.tell({ type: "failed", error: GONE }, { type: "failed", error: GONE }, { type: "final", itemId: "late", text: "In May." });
    await refused;
    await trial.until(() => party.state() === "ended", "the call ends", BUDGET_MS);
    expect(heard(party).filter((text) => text.includes("cannot hear you"))).toHaveLength(1);
    expect(trial.record(callId)).toMatchObject({ endReason: "failed", endDetail: "the transcriber failed" });
    expect(trial.questions).toEqual([]);
    const { party: next } = await trial.talk("Hi again.");
    void next.say("Hello.");
    expect((await trial.question()).text).toBe("Hello.");
  });

  it("the first words are kept while it connects", async () => {
    await using trial = await openTrial(subject, { live: true });
    const made = Promise.withResolvers<void>();
    trial.live.ear = { create: () => made.promise };
    const { party } = await trial.talk("Hi.");
    void party.say("These are the very first words that I say.");
    await trial.pass(3000);
    expect(trial.live.ears).toEqual([]);
    made.resolve();
    expect((await trial.question()).text).toBe("These are the very first words that I say.");
    void party.say("And these are the next.");
    expect((await trial.question(2)).text).toContain("And these are the next.");
  });
});
