import { describe, expect, it } from "vitest";
import { isTelephonyError } from "@openclaw/telephony-contract";
import { isE164, requireE164 } from "./e164.ts";

describe("a telephone number", () => {
  it.each(["+15550100001", "+44", "+123456789012345"])("may be %s", (number) => {
    expect(isE164(number)).toBe(true);
    expect(() => requireE164(number)).not.toThrow();
  });

  it.each(["", "+", "15550100001", "+05550100001", "+1", "+1234567890123456", "+1 555", "+15550100001,200", "+15550100001\n", "anonymous", "sip:ada@example.com", "+١٢٣"])("cannot be %j", (number) => {
    expect(isE164(number)).toBe(false);
    expect(() => requireE164(number)).toThrow(expect.objectContaining({ code: "invalid-request", retryable: false }) as Error);
  });

  it("that is wrong is not repeated in the error", () => {
    try {
      requireE164("5550100001");
      expect.unreachable();
    } catch (error) {
      expect(isTelephonyError(error) && error.message).not.toContain("555");
    }
  });
});
