import { getEventListeners } from "node:events";
import { MULAW_8K } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Synthesis } from "./synthesis.ts";
import { HandSynthesizer, audio } from "./voice.test-support.ts";

function createSynthesis(wanted = new AbortController()) {
  const clock = createVirtualClock();
  const synthesizer = new HandSynthesizer();
  const synthesis = new Synthesis(clock, wanted.signal);
  const written: string[] = [];
  const begun = synthesis.begin({
    source: { id: "hand", synthesizer, capabilities: { formats: [] } },
    text: "Good morning.",
    preferred: MULAW_8K,
    limits: { firstAudioMs: 1000, stallMs: 500 },
    onFirstAudio: ({ source, provider }) => written.push(`${source} by ${provider}`),
    writer: { write: (chunk) => void written.push(Buffer.from(chunk).toString("latin1")) },
  });
  const [asked] = synthesizer.asked;
  if (!asked) throw new Error("nobody was asked");
  return { clock, wanted, synthesis, begun, asked, written };
}

describe("a synthesis", () => {
  it("writes what comes, and leaves nothing behind when it is ended", async () => {
    const { clock, wanted, synthesis, begun, asked, written } = createSynthesis();
    asked.send(audio("good"), audio(" morning"));
    asked.end();
    await (await begun).all();
    expect([written, asked.signal.aborted, asked.returned]).toEqual([["hand by hand", "good", " morning"], false, false]);
    synthesis.end();
    expect([asked.signal.aborted, asked.returned, clock.pending]).toEqual([true, true, 0]);
    // The signal is an utterance's, which has many parts to be heard yet.
    expect(getEventListeners(wanted.signal, "abort")).toEqual([]);
  });

  it("tells its synthesizer why nobody wants it any more, at once", async () => {
    const skipped = new Error("skipped");
    const waiting = createSynthesis();
    const first = expect(waiting.begun).rejects.toMatchObject({ code: "aborted" });
    waiting.wanted.abort(skipped);
    expect(waiting.asked.signal.reason).toBe(skipped);
    await first;

    const speaking = createSynthesis();
    speaking.asked.send(audio("good"));
    const second = expect(speaking.begun.then((intake) => intake.all())).rejects.toMatchObject({ code: "aborted" });
    await speaking.clock.settle();
    speaking.synthesis.abort();
    expect(speaking.asked.signal.reason).toMatchObject({ name: "AbortError" });
    await second;
    expect(speaking.written).toEqual(["hand by hand", "good"]);

    const wanted = new AbortController();
    wanted.abort(skipped);
    const late = createSynthesis(wanted);
    expect(late.asked.signal.reason).toBe(skipped);
    await expect(late.begun).rejects.toMatchObject({ code: "aborted" });
  });

  it("waits for the first audio from when it asks, and from then on for each piece", async () => {
    const mute = createSynthesis();
    mute.asked.send();
    const first = expect(mute.begun.then((intake) => intake.all())).rejects.toMatchObject({ code: "timeout" });
    await mute.clock.advance(1000);
    await first;

    const { clock, begun, asked } = createSynthesis();
    let fault: unknown;
    void begun.then((intake) => intake.all()).catch((error: unknown) => (fault = error));
    await clock.advance(900);
    asked.send(audio("good"));
    await clock.advance(499);
    expect(fault).toBeUndefined();
    await clock.advance(1);
    expect(fault).toMatchObject({ code: "timeout" });
  });
});
