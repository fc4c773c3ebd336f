import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { Interruption } from "./interruption.ts";
import { DEFAULT_BARGE_IN, type BargeInSettings } from "./settings.ts";

interface Scene {
  readonly signals?: { readonly speechStart?: boolean; readonly partials?: boolean };
  readonly settings?: Partial<BargeInSettings>;
}

/** An interruption whose voice and output are in the test's hands. We speak, and the grace is over. */
async function scene({ signals = {}, settings = {} }: Scene = {}) {
  const clock = createVirtualClock();
  const voice = { sustained: false, speaking: false, run: 0, lastHeardAt: 0, onsetAt: 0 };
  const output: { audible: string | undefined; interruptible: boolean } = { audible: "reply", interruptible: true };
  const events: string[] = [];
  const interruption = new Interruption({
    clock,
    settings: { ...DEFAULT_BARGE_IN, ...settings },
    output,
    voice,
    signals: { speechStart: false, partials: false, ...signals },
    listener: {
      onInterrupted: () => void events.push("interrupted"),
      onResumed: () => void events.push("resumed"),
    },
  });
  const begin = () => {
    Object.assign(voice, { speaking: true, run: voice.run + 1, onsetAt: clock.monotonic(), lastHeardAt: clock.monotonic() });
    interruption.voiceBegan();
  };
  /** Speech of so many milliseconds, frame by frame; sustained from half a second on. */
  const speak = async (ms: number) => {
    if (!voice.speaking) begin();
    for (let left = ms; left > 0; left -= 20) {
      voice.lastHeardAt = clock.monotonic();
      voice.sustained = clock.monotonic() - voice.onsetAt >= 500;
      interruption.frame();
      await clock.advance(20);
    }
  };
  const stop = () => {
    Object.assign(voice, { speaking: false, sustained: false });
    interruption.voiceEnded();
  };
  interruption.playbackStarted();
  await clock.advance(300);
  return { clock, voice, output, events, interruption, speak, stop };
}

const TELLING = { speechStart: true, partials: true };

describe("an interruption by sound", () => {
  it.each([
    ["the level alone decides where the transcriber tells nothing", {}, false, true],
    ["the level does not decide where the transcriber would tell", TELLING, false, false],
    ["both decide together", TELLING, true, true],
    ["partials alone are a telling transcriber, too", { partials: true }, false, false],
    ["so is the begin of speech alone", { speechStart: true }, true, true],
  ])("%s", async (_what, signals, signalled, interrupts) => {
    const { interruption, speak, events } = await scene({ signals });
    if (signalled) interruption.speechSignalled();
    await speak(800);
    expect(events).toEqual(interrupts ? ["interrupted"] : []);
  });

  it("does not come of the transcriber's word alone", async () => {
    const { interruption, clock, events } = await scene({ signals: TELLING });
    interruption.speechSignalled();
    await clock.advance(5000);
    interruption.frame();
    expect(events).toEqual([]);
  });

  it("does not come of a word about another sound", async () => {
    const { interruption, clock, speak, events } = await scene({ signals: TELLING });
    interruption.speechSignalled();
    await clock.advance(2000);
    await speak(800);
    expect(events).toEqual([]);
  });

  it("comes at once when the transcriber agrees later than the level", async () => {
    const { interruption, speak, events } = await scene({ signals: TELLING });
    await speak(700);
    interruption.speechSignalled();
    expect(events).toEqual(["interrupted"]);
  });
});

describe("what may not be interrupted", () => {
  it.each<[string, Partial<BargeInSettings>, { audible?: undefined; interruptible?: boolean }]>([
    ["anything, where that is switched off", { enabled: false }, {}],
    ["an utterance that says so", {}, { interruptible: false }],
    ["silence", {}, { audible: undefined }],
  ])("%s", async (_what, settings, output) => {
    const made = await scene({ settings });
    Object.assign(made.output, output);
    made.interruption.recognised(10);
    await made.speak(2000);
    expect(made.events).toEqual([]);
  });

  it("the first moment of playback; who speaks on after it interrupts", async () => {
    const { interruption, speak, events, clock } = await scene();
    await speak(600 - 20);
    events.length = 0;
    interruption.settled();
    interruption.playbackStarted();
    await speak(240);
    expect(events).toEqual([]);
    const before = clock.monotonic();
    await speak(40);
    expect(events).toEqual(["interrupted"]);
    expect(clock.monotonic() - before).toBe(40);
  });

  it("the first moment of playback by words; they wait for its end", async () => {
    const { interruption, clock, events } = await scene({ signals: TELLING });
    interruption.playbackStarted();
    interruption.recognised(3);
    expect(events).toEqual([]);
    await clock.advance(250);
    interruption.frame();
    expect(events).toEqual(["interrupted"]);
  });
});

describe("an interruption by words", () => {
  it("comes at once with enough of them, whatever the level", async () => {
    const { interruption, events } = await scene({ signals: TELLING });
    interruption.recognised(1);
    expect(events).toEqual([]);
    interruption.recognised(2);
    expect(events).toEqual(["interrupted"]);
  });

  it("does not come of none, even where none would be enough", async () => {
    const { interruption, speak, events } = await scene({ signals: TELLING, settings: { minWords: 0 } });
    interruption.recognised(0);
    await speak(800);
    expect(events).toEqual([]);
  });

  it("does not come of words that are settled", async () => {
    const { interruption, output, events } = await scene({ signals: TELLING });
    output.interruptible = false;
    interruption.recognised(5);
    interruption.settled();
    output.interruptible = true;
    interruption.frame();
    expect(events).toEqual([]);
  });
});

describe("a false alarm", () => {
  it("is over when nothing is recognised within 1.5 s of the speech's end", async () => {
    const { speak, stop, clock, events } = await scene();
    await speak(900);
    stop();
    await clock.advance(1460);
    expect(events).toEqual(["interrupted"]);
    await clock.advance(40);
    expect(events).toEqual(["interrupted", "resumed"]);
    expect(clock.pending).toBe(0);
  });

  it("is over as soon as the transcriber finds nothing in it and the sound has ended", async () => {
    const { interruption, speak, stop, events } = await scene({ signals: TELLING });
    interruption.speechSignalled();
    await speak(900);
    interruption.nothingRecognised();
    expect(events).toEqual(["interrupted"]);
    stop();
    expect(events).toEqual(["interrupted", "resumed"]);
  });

  it("is none once a word was recognised, until that turns out to be nothing", async () => {
    const { interruption, speak, stop, clock, events } = await scene({ signals: TELLING });
    interruption.speechSignalled();
    await speak(700);
    interruption.recognised(1);
    stop();
    await clock.advance(60_000);
    expect(events).toEqual(["interrupted"]);
    interruption.nothingRecognised();
    expect(events).toEqual(["interrupted", "resumed"]);
  });

  it.each([
    ["4 s where words come while one speaks", { partials: true }, 4000],
    ["15 s where they come after it", {}, 15_000],
  ])("of noise that does not end is over after %s, and does not repeat itself", async (_what, signals, ms) => {
    const { interruption, speak, events } = await scene({ signals });
    interruption.speechSignalled();
    await speak(480 + ms);
    expect(events).toEqual(["interrupted"]);
    await speak(20_000);
    expect(events).toEqual(["interrupted", "resumed"]);
  });

  it("is none where a word was recognised before it", async () => {
    const { interruption, speak, stop, clock, events } = await scene({ signals: TELLING });
    interruption.recognised(1);
    await speak(800);
    stop();
    await clock.advance(60_000);
    expect(events).toEqual(["interrupted"]);
  });

  it("does not keep the next speech from interrupting", async () => {
    const { speak, stop, clock, events } = await scene();
    await speak(600);
    stop();
    await clock.advance(2000);
    await speak(600);
    expect(events).toEqual(["interrupted", "resumed", "interrupted"]);
  });
});

it("an interruption is told once, and a turn settles it without a word", async () => {
  const { interruption, speak, stop, clock, events } = await scene();
  await speak(3000);
  interruption.recognised(4);
  stop();
  expect(interruption.active).toBe(true);
  interruption.settled();
  expect(interruption.active).toBe(false);
  await clock.advance(60_000);
  expect(events).toEqual(["interrupted"]);
});
