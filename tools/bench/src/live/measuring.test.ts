import { describe, expect, it } from "vitest";
import { MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { capacity, type Verdict } from "./capacity.ts";
import { EACH_FRAME, echoShape, wholeByPlace, wholeWith } from "./echo-shape.ts";
import { Histogram } from "./histogram.ts";
import { judgeLooks } from "./media-rounds.ts";
import { Pacer } from "./pacer.ts";
import { PlayOut } from "./play-out.ts";
import { timesOf } from "./talk-load.ts";
import { Verdicts } from "./verdicts.ts";

describe("a histogram", () => {
  it("tells what only a part of all times exceeds", () => {
    const histogram = new Histogram();
    for (let ms = 1; ms <= 100; ms++) histogram.add(ms);
    expect(histogram.at(0.5)).toBeCloseTo(50, 1);
    expect(histogram.at(0.99)).toBeCloseTo(99, 1);
    expect([histogram.at(1), histogram.max, histogram.count]).toEqual([100, 100, 100]);
  });

  it("takes times that are nothing, less than nothing, or longer than it knows", () => {
    const histogram = new Histogram();
    [-1, 0, 10_000].forEach((ms) => histogram.add(ms));
    expect([histogram.at(0.5), histogram.at(1), histogram.max]).toEqual([0.02, 500, 10_000]);
    expect(new Histogram().at(0.5)).toBeNaN();
  });
});

describe("times of which there are few", () => {
  it("are told exactly", () => {
    expect(timesOf([3, 1, 2])).toEqual({ count: 3, p50: 2, p99: 3, max: 3 });
    expect(timesOf([])).toEqual({ count: 0, p50: NaN, p99: NaN, max: NaN });
  });
});

describe("the search for what is carried", () => {
  const OPTIONS = { from: 100, most: 2000, precision: 0.05, tries: 3 };
  const carries = (limit: number, tried: number[] = []) => (load: number) => {
    tried.push(load);
    return Promise.resolve<Verdict>(load <= limit ? "carried" : "missed");
  };

  it.each([60, 100, 137, 777, 1999])("finds %i, closely enough", async (limit) => {
    const { carried, found } = await capacity(carries(limit), OPTIONS);
    expect(found).toBe(true);
    expect(carried).toBeLessThanOrEqual(limit);
    expect(carried).toBeGreaterThanOrEqual(limit * 0.94 - 1);
  });

  it("does not take a disturbance for the end, and tries no load too often", async () => {
    let disturbances = 0;
    const tried: number[] = [];
    const attempt = (load: number) => (load === 400 && disturbances++ < 2 ? Promise.resolve<Verdict>("missed") : carries(700, tried)(load));
    const { carried } = await capacity(attempt, OPTIONS);
    expect(carried).toBeGreaterThan(650);
    expect(tried.filter((load) => load > 700).every((load) => tried.filter((one) => one === load).length <= OPTIONS.tries)).toBe(true);
  });

  it("says where it was not the server that ended it: by the limit, by a load that is late itself, by the time", async () => {
    expect(await capacity(carries(9999), OPTIONS)).toEqual({ carried: 2000, found: false });
    expect(await capacity((load) => Promise.resolve(load > 500 ? "void" : "carried"), OPTIONS)).toMatchObject({ found: false });
    let trials = 0;
    expect(await capacity(carries(700), { ...OPTIONS, goesOn: () => trials++ < 2 })).toEqual({ carried: 200, found: false });
  });
});

describe("a load that is looked at several times", () => {
  const look = (p99: number, late = 1) => ({ p50: 1, p99, late, frames: 100, missing: 0 });

  it("is judged by the median of the looks at which it was in time", () => {
    expect(judgeLooks([look(2), look(60), look(3), look(4)])).toBe("carried");
    expect(judgeLooks([look(6), look(60), look(3), look(7)])).toBe("missed");
    expect(judgeLooks([look(90, 20), look(90, 20), look(3), look(3), look(3)])).toBe("carried");
  });

  it("is not judged by few", () => {
    expect(judgeLooks([look(3), look(3), look(3, 5), look(3, 5)])).toBe("void");
  });
});

describe("a pacer", () => {
  it("sends a frame of each stream every 20 ms, evenly spread, and tells how late it is", () => {
    let now = 0;
    const sent: [number, number, number][] = [];
    const pacer = new Pacer((stream, at, late) => sent.push([stream, at, late]), () => now);
    pacer.run(4);
    for (const at of [0, 6, 12, 21]) {
      now = at;
      pacer.beat();
    }
    pacer.stop();
    expect(sent).toEqual([[0, 0, 0], [1, 6, 1], [2, 12, 2], [3, 21, 6], [0, 21, 1]]);
    expect(pacer.streams).toBe(0);
  });

  it("that cannot keep up sends in one beat what is due at its begin, and gets on with the others", () => {
    const sent: number[] = [];
    let now = 0;
    // Each frame takes as long as three frames last.
    const pacer = new Pacer((stream) => (sent.push(stream), (now += 3 * 5)), () => now);
    pacer.run(4);
    pacer.beat();
    pacer.beat();
    pacer.stop();
    expect(sent).toEqual([0, 1, 2, 3]);
  });
});

describe("what a caller hears", () => {
  it("has a gap where a frame comes after the one before was played", () => {
    const playOut = new PlayOut();
    playOut.begin(100);
    for (const at of [101, 110, 165, 180]) playOut.frame(at);
    // The first three are played until 160.
    expect([playOut.frames, playOut.longestGapMs, playOut.endsAt]).toEqual([5, 5, 205]);
  });

  it("begins anew with an answer, and ends at once where it is dropped", () => {
    const playOut = new PlayOut();
    playOut.frame(0);
    playOut.begin(5000);
    expect([playOut.frames, playOut.longestGapMs]).toEqual([1, 0]);
    playOut.drop(5010);
    expect(playOut.endsAt).toBe(5010);
    playOut.drop(9000);
    expect(playOut.endsAt).toBe(5010);
  });
});

describe("a frame of an echo", () => {
  const firsts = (format: AudioFormat, pieceFrames: number, count = 8) => {
    const shape = echoShape(format, { from: 25, pieceFrames });
    return Array.from({ length: count }, (_, frame) => wholeWith(shape, frame));
  };

  it("is whole with the last frame of its piece", () => {
    expect(firsts(MULAW_8K, 1)).toEqual([25, 26, 27, 28, 29, 30, 31, 32]);
    expect(firsts(MULAW_8K, 3)).toEqual([27, 27, 27, 30, 30, 30, 33, 33]);
    expect([0, 1, 1000].map((frame) => wholeWith(EACH_FRAME, frame))).toEqual([0, 1, 1000]);
  });

  it("is whole only with the next piece where converters look ahead, and it is the last one", () => {
    expect(firsts(pcm16(24_000), 1)).toEqual([26, 27, 28, 29, 30, 31, 32, 33]);
    expect(firsts(pcm16(24_000), 3)).toEqual([27, 27, 30, 30, 30, 33, 33, 33]);
  });

  it("is one of so many that become whole with the same frame", () => {
    expect(wholeByPlace(EACH_FRAME)).toEqual([1]);
    expect(wholeByPlace(echoShape(MULAW_8K, { from: 25, pieceFrames: 3 }))).toEqual([0, 0, 3]);
    expect(wholeByPlace(echoShape(pcm16(24_000), { from: 25, pieceFrames: 3 }))).toEqual([0, 0, 3]);
    expect(wholeByPlace(echoShape(pcm16(24_000), { from: 25, pieceFrames: 1 }))).toEqual([1]);
  });

  it("is known however late it is", () => {
    const shape = echoShape(pcm16(24_000), { from: 25, pieceFrames: 3 });
    expect([3000, 3001, 3002].map((frame) => wholeWith(shape, frame))).toEqual([3027, 3027, 3030]);
    expect(shape.counted).toBe(false);
  });
});

describe("verdicts", () => {
  it("count what was missed, and what nothing is known of", () => {
    const lines: string[] = [];
    const verdicts = new Verdicts((line) => lines.push(line));
    verdicts.atMost("delay", 2, 2, "ms");
    verdicts.atLeast("streams", 0.69, 0.7, "x");
    verdicts.atMost("memory", NaN, 2, "x");
    expect(verdicts.finish()).toBe(false);
    expect(lines).toEqual([
      "  pass  delay: 2.00 ms, at most 2 ms",
      "  MISS  streams: 0.69 x, at least 0.7 x",
      "  void  memory: nothing was measured",
      "1 of 3 targets missed, 1 of 3 could not be judged",
    ]);
  });

  it("judge a part as far as it is known", () => {
    const lines: string[] = [];
    const verdicts = new Verdicts((line) => lines.push(line.trim().slice(0, 4)));
    const part = (ours: number, oursExact: boolean, whole: number, wholeExact: boolean) =>
      verdicts.partAtLeast("streams", { value: ours, exact: oursExact }, { value: whole, exact: wholeExact }, 0.5);
    part(60, true, 100, true);
    part(60, false, 100, true);
    part(60, true, 100, false);
    part(40, true, 100, false);
    part(40, false, 100, true);
    part(0, true, 0, true);
    expect(lines).toEqual(["pass", "pass", "void", "MISS", "void", "void"]);
  });

  it("are good only where everything is", () => {
    const verdicts = new Verdicts(() => {});
    verdicts.atMost("delay", 1, 2, "ms");
    expect(verdicts.finish()).toBe(true);
    verdicts.unknown("streams", "too busy");
    expect(verdicts.finish()).toBe(false);
  });
});
