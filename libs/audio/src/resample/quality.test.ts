import { describe, expect, it } from "vitest";
import { SAMPLE_RATES } from "../rates.ts";
import { createResampler } from "./resampler.ts";
import { AMPLITUDE, decibels, fitTone, rms, tone } from "./signals.test-support.ts";

/** Half a second of a tone through a resampler, without the first and last 10 ms. */
function settled(frequency: number, from: number, to: number): Int16Array {
  const resampler = createResampler({ from, to });
  const input = tone(frequency, from, from / 2);
  const output = new Int16Array(resampler.maxOutput(input.length));
  const written = resampler.process(input, output);
  return output.subarray(to / 100, written - to / 100);
}

/** Feeds sample by sample; the worst age, in ms, of an instant whose input was given and whose output was not there. */
function worstHoldBack(from: number, to: number): number {
  const resampler = createResampler({ from, to });
  const output = new Int16Array(resampler.maxOutput(1));
  let worst = 0;
  for (let given = 1, made = 0; given <= from / 10; given++) {
    made += resampler.process(Int16Array.of(given % 100), output);
    // The next output sample belongs to `made / to`; the newest input sample to `(given - 1) / from`.
    worst = Math.max(worst, ((given - 1) / from - made / to) * 1000);
  }
  return worst;
}

/** The lag, in ms, at which the loudest output of a single click leaves, counted from the click. */
function clickLag(from: number, to: number): number {
  const resampler = createResampler({ from, to });
  const output = new Int16Array(resampler.maxOutput(1));
  // A click on an instant that both rates have.
  const clickAt = from / 50;
  let [loudest, lag] = [0, 0];
  for (let index = 0; index < 2 * clickAt; index++) {
    const count = resampler.process(Int16Array.of(index === clickAt ? 30_000 : 0), output);
    for (const sample of output.subarray(0, count)) {
      if (Math.abs(sample) > loudest) [loudest, lag] = [Math.abs(sample), index - clickAt];
    }
  }
  return (lag / from) * 1000;
}

const down = [24_000, 16_000].map((from) => ({ from, to: 8000 }));
const up = [16_000, 24_000].map((to) => ({ from: 8000, to }));

describe.each(down)("from $from to $to Hz", ({ from, to }) => {
  it("loses at most 0.5 dB up to 3.4 kHz", () => {
    for (const frequency of [100, 300, 1000, 2000, 3000, 3200, 3300, 3400]) {
      const gain = decibels((fitTone(settled(frequency, from, to), frequency, to).tone * Math.SQRT2) / AMPLITUDE);
      expect(Math.abs(gain), `${frequency} Hz`).toBeLessThanOrEqual(0.5);
    }
  });

  it("lets nothing from 4.6 kHz on come back above -75 dB", () => {
    for (let frequency = 4600; frequency < from / 2; frequency += 37) {
      const left = decibels((rms(settled(frequency, from, to)) * Math.SQRT2) / AMPLITUDE);
      expect(left, `${frequency} Hz`).toBeLessThanOrEqual(-75);
    }
  });

  it("holds output back for at most 3 ms", () => {
    expect(worstHoldBack(from, to)).toBeLessThanOrEqual(3);
    expect(clickLag(from, to)).toBeLessThanOrEqual(3);
  });
});

describe.each(up)("from $from to $to Hz", ({ from, to }) => {
  it("keeps 70 dB between a tone and everything else, up to 3.4 kHz", () => {
    for (const frequency of [300, 1000, 2000, 3000, 3400]) {
      const { tone: height, rest } = fitTone(settled(frequency, from, to), frequency, to);
      expect(decibels(height / rest), `${frequency} Hz`).toBeGreaterThanOrEqual(70);
      expect(Math.abs(decibels((height * Math.SQRT2) / AMPLITUDE)), `${frequency} Hz`).toBeLessThanOrEqual(0.5);
    }
  });

  it("holds output back for at most 4 ms", () => {
    expect(worstHoldBack(from, to)).toBeLessThanOrEqual(4);
    expect(clickLag(from, to)).toBeLessThanOrEqual(4);
  });
});

const different = SAMPLE_RATES.flatMap((from) => SAMPLE_RATES.filter((to) => to !== from).map((to) => ({ from, to })));

describe.each(different)("from $from to $to Hz", ({ from, to }) => {
  const band = Math.min(from, to) / 2;

  it("passes 85 % of the lower rate's band and stops mirror images by 70 dB", () => {
    const { tone: height, rest } = fitTone(settled(band * 0.85, from, to), band * 0.85, to);
    expect(Math.abs(decibels((height * Math.SQRT2) / AMPLITUDE))).toBeLessThanOrEqual(0.5);
    expect(decibels(height / rest)).toBeGreaterThanOrEqual(70);
    if (band * 1.15 < from / 2) {
      expect(decibels((rms(settled(band * 1.15, from, to)) * Math.SQRT2) / AMPLITUDE)).toBeLessThanOrEqual(-75);
    }
  });

  it("holds output back for as long as latencyMs says", () => {
    const said = createResampler({ from, to }).latencyMs;
    expect(worstHoldBack(from, to)).toBeLessThanOrEqual(said);
    expect(clickLag(from, to)).toBeCloseTo(said, 6);
  });
});
