import { describe, expect, it } from "vitest";
import type { QuietHours } from "../settings.ts";
import { quietHoursRefusal } from "./quiet-hours.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const night = (timeZone = "Europe/Berlin"): QuietHours => ({ from: "22:00", to: "07:00", timeZone });
const refusal = (quiet: QuietHours | undefined, at: string) => quietHoursRefusal(quiet, Date.parse(at));
const wait = (quiet: QuietHours, at: string) => refusal(quiet, at)?.retryAfterMs;

describe("quiet hours", () => {
  it("refuse from their first minute to the one before their end, across midnight", () => {
    expect(wait(night(), "2026-01-15T21:59:59.999+01:00")).toBeUndefined();
    expect(wait(night(), "2026-01-15T22:00:00+01:00")).toBe(9 * HOUR_MS);
    expect(wait(night(), "2026-01-16T00:00:00+01:00")).toBe(7 * HOUR_MS);
    expect(wait(night(), "2026-01-16T06:59:59.999+01:00")).toBe(1);
    expect(wait(night(), "2026-01-16T07:00:00+01:00")).toBeUndefined();
  });

  it("refuse within a day as well", () => {
    const siesta: QuietHours = { from: "13:00", to: "15:30", timeZone: "Europe/Madrid" };
    expect(wait(siesta, "2026-07-01T12:59:00+02:00")).toBeUndefined();
    expect(wait(siesta, "2026-07-01T13:00:30+02:00")).toBe(2.5 * HOUR_MS - 30_000);
    expect(wait(siesta, "2026-07-01T15:30:00+02:00")).toBeUndefined();
  });

  it("go by the time zone that is named", () => {
    const at = "2026-01-15T12:00:00Z";
    expect(wait(night("Europe/London"), at)).toBeUndefined();
    expect(wait(night("Asia/Tokyo"), at)).toBeUndefined();
    expect(wait(night("Pacific/Auckland"), at)).toBe(6 * HOUR_MS);
    expect(wait(night("America/Los_Angeles"), at)).toBe(3 * HOUR_MS);
  });

  it("go by the machine's time zone where none is named", () => {
    const from = new Date(2026, 0, 15, 22).getTime();
    const quiet = { from: "22:00", to: "07:00" };
    expect(quietHoursRefusal(quiet, from)?.retryAfterMs).toBe(9 * HOUR_MS);
    expect(quietHoursRefusal(quiet, from - 1)).toBeUndefined();
  });

  it("are an hour shorter in the night in which clocks are set forward", () => {
    expect(wait(night(), "2026-03-28T22:00:00+01:00")).toBe(8 * HOUR_MS);
    expect(wait(night("America/New_York"), "2026-03-07T22:00:00-05:00")).toBe(8 * HOUR_MS);
  });

  it("are an hour longer in the night in which clocks are set back", () => {
    expect(wait(night(), "2026-10-24T22:00:00+02:00")).toBe(10 * HOUR_MS);
    expect(wait(night("America/New_York"), "2026-10-31T22:00:00-04:00")).toBe(10 * HOUR_MS);
  });

  it("end with the jump when the clock jumps over their end", () => {
    const quiet: QuietHours = { from: "00:00", to: "02:30", timeZone: "Europe/Berlin" };
    expect(wait(quiet, "2026-03-29T01:59:00+01:00")).toBe(MINUTE_MS);
    expect(wait(quiet, "2026-03-29T03:00:00+02:00")).toBeUndefined();
  });

  it("know a clock that is set by half an hour", () => {
    expect(wait(night("Australia/Lord_Howe"), "2026-10-03T22:00:00+10:30")).toBe(8.5 * HOUR_MS);
  });

  it("never hold when they begin and end at once, and never when there are none", () => {
    expect(refusal({ from: "22:00", to: "22:00", timeZone: "UTC" }, "2026-01-15T22:00:00Z")).toBeUndefined();
    expect(refusal(undefined, "2026-01-15T22:00:00Z")).toBeUndefined();
  });

  it("say themselves, the key and that time helps", () => {
    expect(refusal(night(), "2026-01-15T23:00:00+01:00")).toMatchObject({
      code: "quiet-hours",
      retryable: true,
      retryAfterMs: 8 * HOUR_MS,
      message: 'no calls go out from 22:00 to 07:00, Europe/Berlin ("outbound.quietHours"): call after that',
    });
  });
});
