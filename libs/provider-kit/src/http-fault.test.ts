import { describe, expect, it } from "vitest";
import { isTelephonyError } from "@openclaw/telephony-contract";
import { httpFault } from "./http-fault.ts";

const what = "Hanging up";

describe("an HTTP status", () => {
  it.each([
    [400, "invalid-request", false],
    [401, "auth-failed", false],
    [402, "invalid-request", false],
    [403, "auth-failed", false],
    [404, "call-gone", false],
    [408, "unavailable", true],
    [409, "invalid-request", false],
    [422, "invalid-request", false],
    [429, "rate-limited", true],
    [499, "invalid-request", false],
    [500, "unavailable", true],
    [502, "unavailable", true],
    [503, "unavailable", true],
    [504, "unavailable", true],
    [599, "unavailable", true],
    [101, "internal", false],
    [200, "internal", false],
    [302, "internal", false],
    [600, "internal", false],
    [0, "internal", false],
  ])("%d is %s, retryable: %s", (status, code, retryable) => {
    const error = httpFault(status, { what });
    expect(isTelephonyError(error)).toBe(true);
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toMatch(/^Hanging up: .+ \(HTTP \d+\)$/);
  });

  it("keeps the provider's code and the error beneath, and has no member for what is not known", () => {
    const cause = new Error("Request failed");
    expect(httpFault(400, { what, providerCode: "21220", cause })).toMatchObject({ providerCode: "21220", cause });
    const bare = httpFault(429, { what, providerCode: undefined, retryAfter: undefined, now: undefined });
    expect(Object.keys(bare)).not.toContain("providerCode");
    expect(Object.keys(bare)).not.toContain("retryAfterMs");
    expect("cause" in bare).toBe(false);
  });
});

describe("a provider's own code", () => {
  it("says more than the status", () => {
    const meaning = { code: "rate-limited", says: "all lines are taken", retryable: true } as const;
    const error = httpFault(403, { what, meaning, providerCode: "90041", retryAfter: "2" });
    expect(error).toMatchObject({ code: "rate-limited", retryable: true, providerCode: "90041", retryAfterMs: 2000 });
    expect(error.message).toBe("Hanging up: all lines are taken (HTTP 403, 90041)");
  });

  it("is not to be tried again unless it says so", () => {
    const error = httpFault(503, { what, meaning: { code: "call-gone", says: "it is over" }, retryAfter: "2" });
    expect(error).toMatchObject({ code: "call-gone", retryable: false });
    expect(error.retryAfterMs).toBeUndefined();
    expect(error.message).toBe("Hanging up: it is over (HTTP 503)");
  });
});

describe("a Retry-After", () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const retryAfterMs = (retryAfter: string | null | undefined, at: number | undefined = now, status = 429) => httpFault(status, { what, retryAfter, now: at }).retryAfterMs;

  it.each([["0", 0], ["1", 1000], ["120", 120_000], [" 7 ", 7000], ["007", 7000]])("of %j seconds is read", (value, ms) => {
    expect(retryAfterMs(value)).toBe(ms);
  });

  it("that is a date is read from now on, and one that is past as at once", () => {
    expect(retryAfterMs("Fri, 02 Jan 2026 03:04:35 GMT")).toBe(30_000);
    expect(retryAfterMs("Fri, 02 Jan 2026 03:04:05 GMT")).toBe(0);
    expect(retryAfterMs("Thu, 01 Jan 1970 00:00:00 GMT")).toBe(0);
  });

  it("that is a date says nothing without a clock", () => {
    expect(httpFault(429, { what, retryAfter: "Fri, 02 Jan 2026 03:04:35 GMT" }).retryAfterMs).toBeUndefined();
  });

  it.each([
    null, undefined, "", " ", "soon", "-1", "+1", "1.5", "1e3", "0x10", "1 s", "1, 2", "2027-01-01", "2027-01-01T00:00:00Z", "Infinity", "NaN", "٣",
    "Fri, 02 Jan 2026 03:04:35", "Fri, 02 Jan 2026 03:04:35 +0100", "Fri, 99 Jan 2026 03:04:35 GMT", "Fri, 02 Foo 2026 03:04:35 GMT",
  ])("of %j says nothing that can be understood", (value) => {
    expect(retryAfterMs(value)).toBeUndefined();
  });

  it("counts for every status that may be tried again, and for no other", () => {
    expect(retryAfterMs("2", now, 503)).toBe(2000);
    expect(retryAfterMs("2", now, 408)).toBe(2000);
    expect(retryAfterMs("2", now, 404)).toBeUndefined();
    expect(retryAfterMs("2", now, 400)).toBeUndefined();
  });

  it("with more digits than a number holds is too long to wait for", () => {
    expect(retryAfterMs("9".repeat(400))).toBe(Number.POSITIVE_INFINITY);
  });
});
