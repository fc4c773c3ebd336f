import type { TranscriberCapabilities } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { Listener, MUTE, TELLING } from "./listener.test-support.ts";
import { DEFAULT_BARGE_IN } from "./settings.ts";
import { babble, hum, noise, silence, speech, type Sound } from "./sounds.test-support.ts";

/** What the transcriber makes of a sound: it hears speech in everything, and words where there are any. */
interface Heard {
  readonly partial?: string;
  readonly final?: string;
}

interface Disturbance {
  readonly what: string;
  readonly sound: Sound;
  readonly heard: Heard;
}

const REPLY = "Your table is booked for Friday at eight, and the kitchen is open until eleven.";
/** Our own voice in the call: twenty seconds of it, at a usual level. */
const VOICE = speech(20_000, -16, 11);
const ROOM = noise(20_000, -52);
/** How our echo comes back in these calls: at -20 dB, after the way to a mobile phone and back. */
const ECHO = { lossDb: 20, delayMs: 240 };

const TRANSCRIBERS: readonly [string, TranscriberCapabilities][] = [
  ["a transcriber that tells begin and words of speech", TELLING],
  ["a transcriber that tells only the begin of speech", { ...TELLING, partials: false }],
  ["the level alone", { ...MUTE, endOfTurn: "provider" }],
];

const DISTURBANCES: readonly Disturbance[] = [
  { what: "the echo of our own voice", sound: silence(20), heard: { partial: "your table is booked", final: "Your table is booked for Friday." } },
  { what: "noise at -29 dBFS that sets in", sound: noise(6000, -29), heard: {} },
  { what: 'a "hm" of 300 ms', sound: hum(300, -18), heard: { partial: "hm", final: "Hm." } },
];

/** A call in which we speak; what the transcriber may tell goes by its capabilities. */
function inCall(capabilities: TranscriberCapabilities, room = ROOM) {
  const line = new Listener({ capabilities, echo: ECHO });
  line.behave();
  line.hear(room);
  let item = 0;
  const begin = ({ partial }: Heard) => {
    item += 1;
    if (capabilities.speechStart) line.tell({ type: "speechStarted", itemId: `item-${item}` });
    if (capabilities.partials && partial !== undefined) line.partial(`item-${item}`, partial);
  };
  const end = ({ final }: Heard) => line.final(`item-${item}`, final ?? "");
  return { line, begin, end };
}

describe.each(TRANSCRIBERS)("pain 6: only real speech interrupts, by %s", (_by, capabilities) => {
  it.each(DISTURBANCES)("$what does not", async ({ sound, heard }) => {
    const { line, begin, end } = inCall(capabilities);
    await line.run(2000);
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.hear(sound);
    await line.run(100);
    begin(heard);
    await line.run(3000);
    end(heard);
    await line.run(5000);
    expect(line.types.filter((type) => type !== "speechStarted")).toEqual([]);
  });

  it("800 ms of speech does, at once after half a second of it", async () => {
    const { line, begin, end } = inCall(capabilities);
    await line.run(2000);
    line.speak(REPLY, VOICE);
    await line.run(1000);
    const onset = line.time;
    line.hear(speech(800, -16));
    await line.run(200);
    begin({});
    await line.run(1100);
    end({ final: "Wait a moment." });
    await line.run(100);
    expect(line.types).toEqual(["speechStarted", "interrupted", "turn"]);
    const [interrupted] = line.of("interrupted");
    expect(line.since(interrupted?.at ?? 0) - onset).toBeLessThanOrEqual(DEFAULT_BARGE_IN.minSpeechMs + 60);
    expect(line.turns).toEqual(["Wait a moment."]);
  });

  it("in one call with all of it, and after noise that never ends, only the speech does", async () => {
    const { line, begin, end } = inCall(capabilities);
    await line.run(2000);
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.hear(noise(10_000, -29));
    for (const { sound, heard } of DISTURBANCES.filter(({ what }) => !what.startsWith("noise"))) {
      line.hear(sound);
      await line.run(100);
      begin(heard);
      await line.run(1500);
      end(heard);
      await line.run(500);
    }
    expect(line.of("interrupted")).toEqual([]);
    line.hear(speech(800, -12));
    await line.run(100);
    begin({});
    await line.run(900);
    expect(line.of("interrupted")).toHaveLength(1);
    end({ final: "Wait a moment." });
    await line.run(3000);
    expect(line.types.slice(-2)).toEqual(["interrupted", "turn"]);
  });

  it("speech that turns out to be none gives the floor back", async () => {
    const { line, begin, end } = inCall(capabilities);
    await line.run(2000);
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.hear(speech(900, -16));
    await line.run(100);
    begin({});
    await line.run(1300);
    end({});
    await line.run(1500);
    expect(line.types).toEqual(["speechStarted", "interrupted", "resumed"]);
  });

  it("nothing interrupts the greeting, also where a room full of people answers", async () => {
    const { line, begin, end } = inCall(capabilities, babble(5000, -24));
    line.speak("Hello, this is the restaurant.", VOICE.subarray(0, 3000 * 8), { interruptible: false });
    line.hear(speech(2500, -14));
    begin({ partial: "hello who is this" });
    await line.run(3000);
    line.fallSilent();
    expect(line.of("interrupted")).toEqual([]);
    end({ final: "Hello, who is this?" });
    await line.run(100);
    expect(line.turns).toEqual(["Hello, who is this?"]);
  });
});

describe("pain 6: words interrupt at once", () => {
  it("two of them, spoken as softly as may be", async () => {
    const { line } = inCall(TELLING);
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.partial("a", "no");
    expect(line.of("interrupted")).toEqual([]);
    line.partial("a", "no wait");
    expect(line.of("interrupted")).toEqual([{ type: "interrupted", at: line.clock.now() }]);
  });

  it("unless they are ours", async () => {
    const { line } = inCall(TELLING);
    line.speak(REPLY, VOICE);
    await line.run(1000);
    line.partial("a", "your table is booked for Friday at eight");
    line.final("a", "Your table is booked for Friday at eight.");
    await line.run(1000);
    expect(line.events).toEqual([]);
  });

  it("a line that sends back more of our voice than any should stops us once, and not again", async () => {
    const line = new Listener({ echo: { lossDb: 9, delayMs: 240 } });
    line.behave();
    line.hear(ROOM);
    await line.run(1000);
    line.speak(REPLY, VOICE);
    line.tell({ type: "speechStarted", itemId: "a" });
    await line.run(1500);
    line.final("a", "Your table is booked.");
    await line.run(2000);
    line.tell({ type: "speechStarted", itemId: "b" });
    await line.run(6000);
    line.final("b", "for Friday at eight and the kitchen");
    await line.run(2000);
    expect(line.types.filter((type) => type !== "speechStarted")).toEqual(["interrupted", "resumed"]);
  });
});
