import { describe, expect, it } from "vitest";
import { maskNumber, redactSecrets } from "./redact.ts";

describe("a masked number", () => {
  it.each([
    ["+15550100", "+1•••100"],
    ["+4915112345678", "+4•••678"],
    ["15550100", "1•••100"],
    ["12345", "•••"],
    ["", "•••"],
    ["anonymous", "•••"],
    ["sip:alice@example.com", "sip:•••@example.com"],
    ["sips:alice", "sips:•••"],
  ])("%s becomes %s", (number, masked) => {
    expect(maskNumber(number)).toBe(masked);
  });
});

describe("a redacted text", () => {
  it("has no secret left, however often and however encoded", () => {
    expect(redactSecrets("key a/b=1, again a/b=1, as query a%2Fb%3D1", ["a/b=1"])).toBe("key ***, again ***, as query ***");
  });

  it("leaves nothing of a secret that contains another", () => {
    expect(redactSecrets("abcdef", ["abc", "abcdef"])).toBe("***");
  });

  it("ignores secrets that are not set", () => {
    expect(redactSecrets("nothing here", ["", undefined])).toBe("nothing here");
  });
});
