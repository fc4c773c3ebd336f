import { describe, expect, it } from "vitest";
import { canonicalNumber, maskNumber, presentedNumber, requireNumber } from "./numbers.ts";

describe("a number", () => {
  it.each([
    ["+15550100007", "+15550100007"],
    [" +1 (555) 010-0007 ", "+15550100007"],
    ["+41.44.668.18.00", "+41446681800"],
    ["+123456789012345", "+123456789012345"],
  ])("written as %j is %s", (written, number) => {
    expect(canonicalNumber(written)).toBe(number);
  });

  it.each(["+15550100007", "+4930123456", "+26666696687"])("that a caller presents as %s is taken as it is", (presented) => {
    expect(presentedNumber(presented)).toBe(presented);
  });

  it.each(["+1 555 010 0007", " +15550100007", "+15550100007 ", "+1-555-0100007", "+(1)5550100007"])(
    "that a caller presents as %j is none, though people could read one from it",
    (presented) => {
      expect(presentedNumber(presented)).toBeUndefined();
    },
  );
});

describe("no number", () => {
  it.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["a blank", " "],
    ["a plus", "+"],
    ["a plus and a blank", "+ "],
    ["the word anonymous", "anonymous"],
    ["the word in capitals", "ANONYMOUS"],
    ["the word after a plus", "+anonymous"],
    ["the word restricted", "Restricted"],
    ["the word private", "private"],
    ["the word unavailable", "unavailable"],
    ["the word unknown", "unknown"],
    ["the text undefined", "undefined"],
    ["the text null", "null"],
    ["ANONYMOUS on the keys", "+266696687"],
    ["RESTRICTED on the keys", "+7378742833"],
    ["BLOCKED on the keys", "+2562533"],
    ["UNKNOWN on the keys", "+8656696"],
    ["UNAVAILABLE on the keys", "+86282452253"],
    ["PRIVATE on the keys", "+7748283"],
    ["a number without a plus", "15550100007"],
    ["a number with an access code", "0015550100007"],
    ["a national number", "05550100007"],
    ["a country code that begins with zero", "+05550100007"],
    ["too few digits", "+155501"],
    ["too many digits", "+1234567890123456"],
    ["two pluses", "++15550100007"],
    ["a plus at the end", "15550100007+"],
    ["two numbers", "+15550100007,+15550100008"],
    ["a SIP address", "sip:+15550100007@example.com"],
    ["a SIP address without its scheme", "+15550100007@example.com"],
    ["a tel URI", "tel:+15550100007"],
    ["a number with parameters", "+15550100007;verstat=TN-Validation-Passed"],
    ["a display name", '"+15550100007" <sip:evil@example.com>'],
    ["a number after a line break", "anonymous\n+15550100007"],
    ["a number before a line break", "+15550100007\nanonymous"],
    ["a number with a letter", "+1555010000A"],
    ["a number with an extension", "+15550100007x12"],
    ["digits of another script", "+\u0661\u0665\u0665\u0665\u0660\u0661\u0660\u0660\u0660\u0660\u0667"],
    ["digits of full width", "+\uff11\uff15\uff15\uff15\uff10\uff11\uff10\uff10\uff10\uff10\uff17"],
    ["a plus of full width", "\uff0b15550100007"],
    ["an invisible character", "+1555\u200b0100007"],
    ["a null character", "+15550100007\u0000"],
    ["a pattern", "+1555.*"],
  ])("is in %s", (_what, written) => {
    expect(canonicalNumber(written)).toBeUndefined();
    expect(presentedNumber(written)).toBeUndefined();
    expect(() => requireNumber(written, '"to"')).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });
});

describe("the log", () => {
  it.each([
    ["+15550100007", "+1…07"],
    ["+1234567", "+1…67"],
    ["12345", "…"],
    ["", "…"],
  ])("shows %j as %s", (number, shown) => {
    expect(maskNumber(number)).toBe(shown);
  });
});
