import { describe, expect, it } from "vitest";
import { ReplyStream } from "../reply/reply-stream.ts";
import { HandSynthesizer, NotedSink, createBooth } from "../voice/voice.test-support.ts";

const ANSWER = "Your train leaves at seven. It stops twice on the way to Ghent. Please be there ten minutes early. Shall I book a seat for you?";
const TOKEN_MS = 50;
/** From a request to its first audio, and how long a character sounds. */
const SYNTHESIS_MS = 200;
const MS_A_CHARACTER = 60;
/** Bytes of a millisecond at 8 kHz. */
const BYTES_A_MS = 8;

/** A voice that brings audio ten times as fast as it sounds, after a while, in pieces of 100 ms. */
function booth() {
  const synthesizer = new HandSynthesizer();
  const made = createBooth(synthesizer);
  synthesizer.answer = (asked) => {
    const pieces = Math.ceil((asked.text.length * MS_A_CHARACTER) / 100);
    for (let piece = 0; piece < pieces; piece++) made.clock.schedule(SYNTHESIS_MS + 10 * piece, () => asked.send(new Uint8Array(100 * BYTES_A_MS)));
    made.clock.schedule(SYNTHESIS_MS + 10 * pieces, () => asked.end());
  };
  return { ...made, synthesizer };
}

/** Notes when its first audio came. */
class TimedSink extends NotedSink {
  firstAt: number | undefined;

  constructor(id: string, readonly now: () => number) {
    super(id);
  }

  override write(audio: Uint8Array): boolean {
    this.firstAt ??= this.now();
    return super.write(audio);
  }
}

describe("pain 12: the caller does not wait for what is not needed yet", () => {
  it("speaks a sentence within 300 ms of its end, while the rest is still being written, and without gaps", async () => {
    const { clock, voice } = booth();
    const sinks: { readonly sink: TimedSink; readonly writtenAt: number; readonly text: string }[] = [];
    const now = () => clock.monotonic();
    const stream = new ReplyStream((text) => {
      const sink = new TimedSink(text, now);
      sinks.push({ sink, writtenAt: now(), text });
      voice.speak(text, sink);
    });
    const tokens = ANSWER.match(/\S+\s*/g) ?? [];
    for (const [index] of tokens.entries()) clock.schedule(TOKEN_MS * (index + 1), () => stream.write(tokens.slice(0, index + 1).join("")));
    clock.schedule(TOKEN_MS * (tokens.length + 1), () => stream.finish([{ kind: "speech", text: ANSWER }]));
    await clock.advance(60_000);

    const [first] = sinks;
    expect(sinks.map(({ text }) => text).join(" ")).toBe(ANSWER);
    expect((first?.sink.firstAt ?? Infinity) - (first?.writtenAt ?? 0)).toBeLessThanOrEqual(300);
    expect(first?.sink.firstAt).toBeLessThan(TOKEN_MS * tokens.length);
    // Played one behind the other, each has begun to come before the one before it is over.
    let playedUntil = first?.sink.firstAt ?? 0;
    for (const { sink, text } of sinks) {
      expect(sink.firstAt, text).toBeLessThanOrEqual(playedUntil);
      playedUntil += sink.bytes / BYTES_A_MS;
    }
  });

  it("has the greeting ready when the phone is picked up", async () => {
    const { clock, voice, synthesizer } = booth();
    voice.prepare("Hello, this is your assistant.");
    await clock.advance(3000);
    const sink = new TimedSink("greeting", () => clock.monotonic());
    voice.speak("Hello, this is your assistant.", sink, { keep: true });
    await clock.settle();
    expect([sink.firstAt, sink.ended, synthesizer.texts.length]).toEqual([3000, "ended", 1]);
  });

  it("does not make what an interruption has made useless", async () => {
    const { clock, voice, synthesizer } = booth();
    const sinks = ANSWER.match(/[^.?]+[.?]/g)?.map((text) => {
      const sink = new NotedSink(text);
      voice.speak(text.trim(), sink);
      return sink;
    });
    await clock.advance(SYNTHESIS_MS);
    sinks?.forEach((sink) => sink.skip());
    await clock.advance(60_000);
    expect(synthesizer.texts).toHaveLength(2);
  });
});
