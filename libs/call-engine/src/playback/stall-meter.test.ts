import { describe, expect, it } from "vitest";
import { StallMeter } from "./stall-meter.ts";

/** Beats every 20 ms, each so late. */
function beats(meter: StallMeter, from: number, ms: number, lateMs = 0): number {
  for (let now = from; now < from + ms; now += 20) meter.observe(lateMs, now);
  return from + ms;
}

describe("the lead of playback", () => {
  it("is long while nothing is known of the process", () => {
    expect(new StallMeter().leadMs(300)).toBe(1050);
  });

  it("shrinks to what is wanted while all is smooth", () => {
    const meter = new StallMeter();
    let last = meter.leadMs(300);
    for (let now = 0; now < 30_000; now = beats(meter, now, 1000)) {
      expect(meter.leadMs(300)).toBeLessThanOrEqual(last);
      last = meter.leadMs(300);
    }
    expect(last).toBe(300);
  });

  it("grows at once with a stall, by more than that took, and not beyond two seconds", () => {
    const meter = new StallMeter();
    const now = beats(meter, 0, 60_000);
    meter.observe(400, now + 420);
    expect(meter.leadMs(300)).toBe(600);
    meter.observe(5000, now + 5500);
    expect(meter.leadMs(300)).toBe(2000);
  });

  it("is long again after a rest, in which nobody looked", () => {
    const meter = new StallMeter();
    const now = beats(meter, 0, 60_000);
    meter.observe(0, now + 20_000);
    expect(meter.leadMs(300)).toBe(1050);
  });

  it("does not take a stall for a rest", () => {
    const meter = new StallMeter();
    const now = beats(meter, 0, 60_000);
    meter.observe(6000, now + 6020);
    expect(meter.leadMs(300)).toBe(2000);
  });
});
