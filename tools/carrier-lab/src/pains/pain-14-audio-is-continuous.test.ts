import { speakTones } from "@openclaw/phone-network/tones";
import { pcm16 } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { pieces, tones } from "../live/lab-voice.ts";
import { readLiveSubjects } from "../live/subjects.ts";
import { heard, openTrial, type Trial } from "../trial.ts";

const SENTENCES = ["The quick brown fox jumps over the lazy dog.", "Pack my box with five dozen liquor jugs."];
/** Bytes of the pieces in which audio comes: none of them a frame. */
const ODD = [1, 7, 333, 161, 2048, 159, 19, 801];
/** Silence between two texts of ours that nobody takes for a gap. */
const GAP_MS = 40;

describe.each(await readLiveSubjects())("pain 14: choppy, garbled, clipped audio (%s)", (_name, subject) => {
  it.each([60, 150, 200])("audio in odd pieces is whole and without gaps though the process stands still for %i ms in mid-sentence", async (stallMs) => {
    await using trial = await openTrial(subject, { live: true });
    speakInPieces(trial);
    const { party } = await trial.talk("Hi.");
    const { line } = trial.live;
    void party.say("Go on.");
    (await trial.question()).finish(SENTENCES.join(" "));
    for (let stalls = 0; stalls < 4; stalls++) {
      await trial.pass(600);
      trial.live.process.stall(stallMs);
    }
    await trial.until(() => heard(party).length >= 3, "the answer is heard");
    expect(heard(party)).toEqual(["Hi.", ...SENTENCES]);
    const { damaged, underruns, gaps, texts } = line.heard;
    const [first, second] = texts.slice(-2);
    expect([damaged, underruns]).toEqual([[], []]);
    for (const { startMs, endMs } of gaps.filter((gap) => gap.startMs >= (first?.startMs ?? 0) && gap.endMs <= (second?.endMs ?? 0))) expect(endMs - startMs).toBeLessThanOrEqual(GAP_MS);
  });

  it("the caller's words are whole behind a process that stands still", async () => {
    await using trial = await openTrial(subject, { live: true });
    const { party } = await trial.talk("Hi.");
    const words = "My number is 0123 456 789, and I call about the lazy dog.";
    void party.say(words);
    for (const stallMs of [60, 150, 200]) {
      await trial.pass(500);
      trial.live.process.stall(stallMs);
    }
    expect((await trial.question()).text).toBe(words);
  });

  it("a voice at 24 kHz, in pieces that cut samples in two, is heard word for word", async () => {
    await using trial = await openTrial(subject, { live: true });
    trial.live.voice = ({ text }) => Promise.resolve({ format: pcm16(24_000), audio: pieces(linear(text), odd()) });
    const { callId, party } = await trial.talk("Hello, here I am.");
    await trial.listening(callId);
    expect(heard(party)).toEqual(["Hello, here I am."]);
    expect(trial.live.line.heard.damaged).toEqual([]);
  });

  it("audio in a format that nobody can convert is an error that names it, and never noise", async () => {
    await using trial = await openTrial(subject, { live: true, settings: { speech: { provider: "other", section: {} } } });
    trial.live.otherVoice = ({ text }) => Promise.resolve({ format: { encoding: "opus", sampleRate: 48_000 }, audio: pieces(tones(text)) });
    const { party } = await trial.talk("Hello, here I am.");
    expect(heard(party)).toEqual(["Hello, here I am."]);
    expect(trial.live.line.heard.damaged).toEqual([]);
    expect(JSON.stringify(trial.log.lines)).toContain("opus at 48000 Hz");
  });
});

/** Sizes of pieces, again and again. */
function odd(): () => number {
  let count = 0;
  return () => ODD[count++ % ODD.length] ?? 1;
}

/** The voice is quicker than one listens, and comes when it likes. */
function speakInPieces(trial: Trial): void {
  trial.live.voice = ({ text }) => Promise.resolve({ audio: pieces(tones(text), odd(), () => trial.live.wait(10)) });
}

/** A text as PCM at 24 kHz. */
function linear(text: string): Uint8Array {
  const samples = speakTones(text, 24_000);
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}
