import type { Carrier, Step } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial } from "../trial.ts";

describe.each(await readLiveSubjects())("pain 36: hidden defaults, foreign speech in English (%s)", (_name, subject) => {
  it("the configured language reaches the transcriber, the agent, the voice and the carrier's own voice", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { language: "de-DE" } });
    const steps = spokenSteps(trial.carrier);
    const { party } = await trial.talk("Guten Tag, hier ist der Agent.");
    void party.say("Wer ist da?");
    const question = await trial.question();
    expect(question.settings.language).toBe("de-DE");
    question.finish("Ich bin es.");
    await trial.until(() => heard(party).includes("Ich bin es."), "it is answered");
    expect(trial.live.session.request.language).toBe("de-DE");
    expect(trial.live.requests.map(({ language }) => language)).toEqual(["de-DE", "de-DE"]);
    expect(steps).toEqual([]);
    const second = await trial.call({ to: "+15550100012", message: "Ihr Paket ist da.", mode: "notify" });
    await second.party.answer();
    await trial.until(() => heard(second.party).includes("Ihr Paket ist da."), "the carrier says it");
    expect(steps).not.toEqual([]);
    for (const step of steps) expect(step.voice).toMatchObject({ language: "de-DE" });
  });

  it("without one nobody is told any, and without a model the agent's own answers", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { party } = await trial.talk("Hi.");
    void party.say("Hello.");
    const { settings } = await trial.question();
    expect([settings.language, settings.responseModel, settings.responseSystemPrompt]).toEqual([undefined, undefined, undefined]);
    expect(trial.live.session.request).not.toHaveProperty("language");
    for (const request of trial.live.requests) expect(request).not.toHaveProperty("language");
  });
});

/** What the carrier is told to say with its own voice, from now on. */
function spokenSteps(carrier: Carrier): Extract<Step, { kind: "say" }>[] {
  const steps: Extract<Step, { kind: "say" }>[] = [];
  const note = (step: Step) => void (step.kind === "say" && steps.push(step));
  const { dial, render, perform } = carrier;
  carrier.dial = (request) => {
    request.plan.steps.forEach(note);
    return dial.call(carrier, request);
  };
  if (render)
    carrier.render = (plan, urls) => {
      plan.steps.forEach(note);
      return render.call(carrier, plan, urls);
    };
  if (perform)
    carrier.perform = (call, step, context) => {
      note(step);
      return perform.call(carrier, call, step, context);
    };
  return steps;
}
