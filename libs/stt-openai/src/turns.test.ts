import { ALAW_8K, MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { encodeMulaw } from "@openclaw/telephony-audio";
import { silence } from "@openclaw/telephony-kit";
import { describe, expect, it } from "vitest";
import { PauseDetector } from "./pause-detector.ts";
import { COMMIT } from "./protocol.ts";
import { LIVE, openBench, says } from "./test/bench.ts";

/** So many milliseconds of a tone of such a level, in µ-law. */
function tone(ms: number, dbfs: number): Uint8Array {
  const amplitude = 32_767 * 10 ** (dbfs / 20) * Math.SQRT2;
  const samples = Int16Array.from({ length: ms * 8 }, (_, at) => amplitude * Math.sin((2 * Math.PI * 440 * at) / 8_000));
  const bytes = new Uint8Array(samples.length);
  encodeMulaw(samples, bytes);
  return bytes;
}

const SPEECH = -25;
const LINE = -60;

/** What a detector hears in pieces of audio, 20 ms at a time: where speech began and ended, in milliseconds. */
function hear(pieces: readonly Uint8Array[], detector = new PauseDetector(MULAW_8K, 800)): string[] {
  const audio = Buffer.concat(pieces);
  const heard: string[] = [];
  for (let at = 0; at < audio.length; at += 160) {
    if (detector.push(audio.subarray(at, at + 160))) heard.push(`began ${at / 8 + 20}`);
    if (!detector.over) continue;
    heard.push(`over ${at / 8 + 20}`);
    detector.reset();
  }
  return heard;
}

describe("pauses that are found here", () => {
  it("end speech after the silence that was asked for", () => {
    expect(hear([tone(500, LINE), tone(600, SPEECH), tone(1_500, LINE)])).toEqual(["began 600", "over 1900"]);
  });

  it("are no pauses where the speaker only takes breath", () => {
    expect(hear([tone(600, SPEECH), tone(780, LINE), tone(600, SPEECH), tone(900, LINE)])).toEqual(["began 100", "over 2780"]);
  });

  it("do not follow a click", () => {
    expect(hear([tone(500, LINE), tone(60, SPEECH), tone(2_000, LINE)])).toEqual([]);
  });

  it("are found beside the noise of a line, and not in it", () => {
    expect(hear([tone(2_000, -42), tone(600, SPEECH), tone(1_000, -42)])).toEqual(["began 2100", "over 3400"]);
    expect(hear([tone(200, LINE), tone(5_000, -42), tone(600, SPEECH), tone(1_000, -42)]).slice(-2)).toEqual(["began 5300", "over 6600"]);
  });

  it("are found when a noise has begun that stays", () => {
    const heard = hear([tone(2_000, LINE), tone(20_000, -35)]);
    expect(heard).toHaveLength(2);
    expect(Number(heard[1]?.split(" ")[1])).toBeLessThan(15_000);
  });

  it.each<AudioFormat>([MULAW_8K, ALAW_8K, pcm16(24_000)])("are found in %o, in messages of any length", (format) => {
    const detector = new PauseDetector(format, 800);
    const quiet = silence(format, 1_000);
    const loud = Uint8Array.from({ length: quiet.length / 2 }, (_, at) => (at * 7) & 0xff);
    expect(detector.push(loud)).toBe(true);
    expect([detector.speaking, detector.over]).toEqual([true, false]);
    expect(detector.push(quiet)).toBe(false);
    expect([detector.speaking, detector.over]).toEqual([false, true]);
  });
});

describe("a model for which OpenAI finds no turns", () => {
  it("is told where a turn ends, before the audio that follows", () => {
    const { writes, did, told, receives } = openBench({ model: LIVE });
    for (const piece of [tone(400, SPEECH), tone(800, LINE)]) writes(piece);
    expect([did(), told()]).toEqual([[], ["speechStarted"]]);
    expect(writes(tone(20, LINE))).toContain("input_audio_buffer.append");
    expect(did()).toEqual([COMMIT]);
    receives(says.committed("a"));
    receives(says.completed("a", "Yes."));
    expect(did()).toEqual(["heard 1200", "flushed", "finished"]);
    for (let ms = 0; ms < 3_000; ms += 20) writes(tone(20, LINE));
    expect(did()).toEqual([]);
  });

  it("takes the begin of a turn back in which nothing was said, and only that", () => {
    const { protocol, wire, writes, receives, told } = openBench({ model: LIVE });
    for (const piece of [tone(400, SPEECH), tone(800, LINE), tone(20, LINE)]) writes(piece);
    for (const one of [says.committed("a"), says.completed("a", "")]) receives(one);
    writes(tone(500, LINE));
    protocol.flush(wire);
    for (const one of [says.committed("b", "a"), says.completed("b", "")]) receives(one);
    expect(told()).toEqual(["speechStarted", "final item-1"]);
  });

  it("ends a turn after the silence of the configuration", () => {
    const { writes, did } = openBench({ model: LIVE, silenceDurationMs: 400 });
    for (const piece of [tone(400, SPEECH), tone(400, LINE), tone(20, LINE)]) writes(piece);
    expect(did()).toEqual([COMMIT]);
  });

  it("writes while somebody speaks", () => {
    const { receives, told } = openBench({ model: LIVE });
    for (const delta of [" Good", " morn", "ing"]) receives(says.delta("a", delta));
    receives(says.committed("a"));
    receives(says.completed("a", "Good morning."));
    expect(told()).toEqual(["partial item-1 Good", "partial item-1 Good morn", "partial item-1 Good morning", "final item-1 Good morning."]);
  });

  it("keeps each request's own end where two are under way", () => {
    const { protocol, wire, receives, did } = openBench({ model: LIVE });
    for (const [at, item] of [[1_000, "a"], [2_000, "b"]] as const) {
      wire.sentMs = at;
      protocol.flush(wire);
      receives(says.delta(item, "Yes"));
    }
    for (const one of [says.committed("a"), says.completed("a", "Yes."), says.committed("b", "a"), says.completed("b", "Yes.")]) receives(one);
    expect(did().filter((one) => one.startsWith("heard"))).toEqual(["heard 1000", "heard 2000"]);
  });

  it("begins anew on another connection", () => {
    const { protocol, wire, writes, did, told } = openBench({ model: LIVE });
    for (const piece of [tone(400, SPEECH), tone(800, LINE)]) writes(piece);
    protocol.restarted();
    protocol.opened(wire);
    wire.sentMs = 0;
    did();
    for (const piece of [tone(400, SPEECH), tone(800, LINE), tone(20, LINE)]) writes(piece);
    expect(did()).toEqual([COMMIT]);
    expect(told()).toEqual(["speechStarted", "speechStarted"]);
  });
});
