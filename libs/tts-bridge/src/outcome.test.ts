import { describe, expect, it } from "vitest";
import type { HostAttempt } from "./host.ts";
import { describeAttempts, hostFault } from "./outcome.ts";

const failed = (provider: string, error: string, reasonCode = "provider_error"): HostAttempt => ({ provider, outcome: "failed", reasonCode, error });
const skipped = (provider: string): HostAttempt => ({ provider, outcome: "skipped", reasonCode: "not_configured" });

describe("what the host's attempts come to", () => {
  it.each([
    [[failed("a", "API error (429): quota"), failed("b", "API error (429): quota")], "rate-limited", true],
    [[failed("a", "API error (401): key"), failed("b", "API error (403): no")], "auth-failed", false],
    [[failed("a", "API error (401): key"), failed("b", "terminated")], "unavailable", true],
    [[failed("a", "API error (401): key"), failed("b", "request timed out", "timeout")], "timeout", true],
    [[failed("a", "room (12)"), skipped("b")], "unavailable", true],
    [[], "unavailable", true],
  ])("%j is %s", (attempts, code, retryable) => {
    expect(hostFault({ success: false, attempts, error: "TTS conversion failed" })).toMatchObject({ code, retryable });
  });

  it("is named with whoever failed first, and not for ever", () => {
    const many = Array.from({ length: 20 }, (_, index) => skipped(`p${index}`));
    expect(describeAttempts([...many, failed("last", "API error (500): sk-1")])).toBe(
      ["last (provider_error 500)", ...many.slice(0, 7).map(({ provider }) => `${provider} (not_configured)`)].join(", "),
    );
  });

  it("holds no name that is more than a name", () => {
    expect(describeAttempts([failed("a b<c>\n", "x", "odd reason!"), failed("", "x")])).toBe("abc (oddreason), unnamed (provider_error)");
  });
});
