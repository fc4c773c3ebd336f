import { describe, expect, it } from "vitest";
import { hourlyCapRefusal } from "./hourly-cap.ts";

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 0, 1);

/** Calls that were placed so many minutes ago, as the store tells them. */
function traffic(minutesAgo: readonly number[], inMaking = 0) {
  const times = minutesAgo.map((ago) => NOW - ago * MINUTE_MS).sort((a, b) => b - a);
  const placedSince = (since: number, most: number) => times.filter((at) => at > since).slice(0, most);
  return { now: NOW, inMaking, placedSince };
}

describe("the cap of calls an hour", () => {
  it("lets as many calls through as it says", () => {
    expect(hourlyCapRefusal(3, traffic([1, 2]))).toBeUndefined();
    expect(hourlyCapRefusal(3, traffic([1, 2, 3]))).toMatchObject({ code: "rate-cap", retryable: true });
  });

  it("forgets a call after exactly an hour, and says when that is", () => {
    expect(hourlyCapRefusal(2, traffic([59, 20]))?.retryAfterMs).toBe(MINUTE_MS);
    expect(hourlyCapRefusal(2, traffic([60, 20]))).toBeUndefined();
  });

  it("waits for as many calls to be forgotten as there are too many", () => {
    expect(hourlyCapRefusal(2, traffic([50, 40, 30, 20]))?.retryAfterMs).toBe(30 * MINUTE_MS);
  });

  it("counts calls that are being placed and not stored yet", () => {
    expect(hourlyCapRefusal(3, traffic([10], 1))).toBeUndefined();
    expect(hourlyCapRefusal(3, traffic([10], 2))?.retryAfterMs).toBe(50 * MINUTE_MS);
    expect(hourlyCapRefusal(3, traffic([], 3))?.retryAfterMs).toBe(60 * MINUTE_MS);
  });

  it("asks for no more of the past than it needs", () => {
    const asked: unknown[] = [];
    hourlyCapRefusal(7, { now: NOW, inMaking: 0, placedSince: (...args) => (asked.push(args), []) });
    expect(asked).toEqual([[NOW - 60 * MINUTE_MS, 7]]);
  });

  it("is none where none is set", () => {
    expect(hourlyCapRefusal(undefined, traffic(Array.from({ length: 500 }, () => 1)))).toBeUndefined();
  });

  it("says itself, the key and the time", () => {
    expect(hourlyCapRefusal(2, traffic([48.5, 1]))?.message).toBe(
      '2 calls were placed within the last hour, which is "outbound.maxCallsPerHour": the next may follow in 12 minutes',
    );
    expect(hourlyCapRefusal(1, traffic([59.5]))?.message).toContain("1 call was placed");
  });
});
