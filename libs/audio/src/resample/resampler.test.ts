import { describe, expect, it } from "vitest";
import { SAMPLE_RATES } from "../rates.ts";
import { createResampler, type Resampler, type ResamplerRates } from "./resampler.ts";
import { noise, tone } from "./signals.test-support.ts";

const everyPair = SAMPLE_RATES.flatMap((from) => SAMPLE_RATES.map((to) => ({ from, to })));

/** Runs a whole stream through, cut into chunks whose sizes repeat, and flushes it. */
function stream(resampler: Resampler, input: Int16Array, sizes: readonly number[] = [input.length]): Int16Array {
  const parts: number[] = [];
  for (let at = 0, turn = 0; at < input.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    const chunk = input.subarray(at, at + size);
    const output = new Int16Array(resampler.maxOutput(chunk.length));
    parts.push(...output.subarray(0, resampler.process(chunk, output)));
    at += size;
  }
  const tail = new Int16Array(resampler.maxFlush);
  parts.push(...tail.subarray(0, resampler.flush(tail)));
  return Int16Array.from(parts);
}

describe.each(everyPair)("resampling $from Hz to $to Hz", ({ from, to }: ResamplerRates) => {
  const input = noise(6001, from + to);

  it("gives the same samples for odd-sized chunks as for one piece", () => {
    const resampler = createResampler({ from, to });
    const whole = stream(resampler, input);
    expect(stream(resampler, input, [1, 0, 7, 319, 2, 1021, 13])).toEqual(whole);
    expect(stream(resampler, input, [from / 50])).toEqual(whole);
  });

  it("writes as many samples as the stream is long, and never more at once than it said", () => {
    expect(stream(createResampler({ from, to }), input)).toHaveLength(Math.ceil((input.length * to) / from));
  });

  it("keeps a tone where it was, in time and in height", () => {
    const [frequency, length] = [1000, 3000];
    const output = stream(createResampler({ from, to }), tone(frequency, from, length));
    const ideal = tone(frequency, to, output.length);
    // The first and last 4 ms hold the sudden begin and end of the tone, which no band-limited signal follows.
    const edge = Math.ceil(to * 0.004);
    const errors = output.map((sample, index) => Math.abs(sample - (ideal[index] as number)));
    expect(Math.max(...errors.subarray(edge, -edge))).toBeLessThanOrEqual(6);
  });

  it("keeps a constant exactly, silence included", () => {
    const resampler = createResampler({ from, to });
    const edge = Math.ceil((resampler.latencyMs / 1000) * to) + 1;
    for (const level of [0, 1, -1, 12_345, -32_768, 32_767]) {
      const output = stream(resampler, new Int16Array(2000).fill(level));
      expect(new Set(output.subarray(edge, -edge))).toEqual(new Set([level]));
    }
  });
});

describe("a resampler", () => {
  it("gives 160 samples for each 20 ms of 24 kHz once it has begun", () => {
    const resampler = createResampler({ from: 24_000, to: 8000 });
    const output = new Int16Array(resampler.maxOutput(480));
    const counts = [0, 1, 2, 3].map(() => resampler.process(new Int16Array(480), output));
    expect(counts).toEqual([139, 160, 160, 160]);
    expect(output).toHaveLength(160);
  });

  it("keeps streams apart that are fed in turns", () => {
    const [one, two] = [noise(4000, 1), noise(4000, 2)];
    const rates = { from: 24_000, to: 8000 };
    const alone = [one, two].map((input) => stream(createResampler(rates), input, [480]));
    const pair = [createResampler(rates), createResampler(rates)] as const;
    const mixed: number[][] = [[], []];
    for (let at = 0; at < 4000; at += 480) {
      [one, two].forEach((input, which) => {
        const output = new Int16Array(160);
        const count = (pair[which] as Resampler).process(input.subarray(at, at + 480), output);
        mixed[which]?.push(...output.subarray(0, count));
      });
    }
    mixed.forEach((samples, which) => {
      expect(Int16Array.from(samples)).toEqual(alone[which]?.subarray(0, samples.length));
    });
  });

  it("forgets the old stream at a reset and after a flush", () => {
    const resampler = createResampler({ from: 16_000, to: 8000 });
    const input = noise(1000);
    const fresh = stream(resampler, input);
    resampler.process(noise(777, 3), new Int16Array(400));
    resampler.reset();
    expect(stream(resampler, input)).toEqual(fresh);
    expect(resampler.flush(new Int16Array(resampler.maxFlush))).toBe(0);
  });

  it("holds overshoot of loud input at the ends of the range instead of wrapping round", () => {
    // A square wave at full scale overshoots after the filter by some nine per cent.
    const square = Int16Array.from({ length: 4800 }, (_, index) => (index % 60 < 30 ? 32_767 : -32_768));
    const output = stream(createResampler({ from: 24_000, to: 8000 }), square);
    expect(Math.max(...output)).toBe(32_767);
    expect(Math.min(...output)).toBe(-32_768);
    const middles = output.filter((_, index) => index % 20 === 5);
    expect(Math.min(...middles)).toBeGreaterThan(25_000);
  });

  it("refuses a small output buffer and takes nothing, so that the caller may try again", () => {
    const resampler = createResampler({ from: 8000, to: 24_000 });
    const input = noise(160);
    const tooSmall: unknown = expect.objectContaining({ code: "output-too-small" });
    expect(() => resampler.process(input, new Int16Array(100))).toThrow(tooSmall);
    const output = new Int16Array(480);
    const written = resampler.process(input, output);
    expect(() => resampler.flush(new Int16Array(3))).toThrow(tooSmall);
    const tail = new Int16Array(resampler.maxFlush);
    expect(written + resampler.flush(tail)).toBe(480);
    expect(output.subarray(0, written)).toEqual(stream(resampler, input).subarray(0, written));
  });

  it.each([11_025, 0, -8000, 8000.5, Number.NaN])("refuses the rate %d", (rate) => {
    const unsupported: unknown = expect.objectContaining({ code: "unsupported-rate" });
    expect(() => createResampler({ from: rate, to: 8000 })).toThrow(unsupported);
    expect(() => createResampler({ from: 8000, to: rate })).toThrow(unsupported);
  });
});
