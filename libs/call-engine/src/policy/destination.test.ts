import { describe, expect, it } from "vitest";
import { countryRefusal, listRefusal, numberingPlan, premiumRefusal, type DestinationFacts } from "./destination.ts";

const plan = await numberingPlan();

const PREMIUM = "a premium-rate number";
const SHARED = "a shared-cost number";
const PERSONAL = "a personal number, which forwards at its caller's cost";
const NETWORK = "a number of a satellite or other international network";
const NOBODY = "a number whose country code belongs to nobody";

describe("the numbering plans", () => {
  it.each<[number: string, country: string | undefined, surcharge?: string]>([
    ["+442079460000", "GB"],
    ["+447400123456", "GB"],
    ["+441481960194", "GG"],
    ["+493012345678", "DE"],
    ["+4915112345678", "DE"],
    ["+41446681800", "CH"],
    ["+33142685300", "FR"],
    ["+390612345678", "IT"],
    ["+12128675309", "US"],
    ["+18005550199", "US"],
    ["+14165550123", "CA"],
    ["+18765551234", "JM"],
    ["+61212345678", "AU"],
    ["+919000123456", "IN"],
    ["+5511961234567", "BR"],
    ["+80012345678", undefined],
    ["+19002345678", "US", PREMIUM],
    ["+449098790000", "GB", PREMIUM],
    ["+448712345678", "GB", PREMIUM],
    ["+499001234567", "DE", PREMIUM],
    ["+41900123456", "CH", PREMIUM],
    ["+41906123456", "CH", PREMIUM],
    ["+43900123456", "AT", PREMIUM],
    ["+33892123456", "FR", PREMIUM],
    ["+39899123456", "IT", PREMIUM],
    ["+34803123456", "ES", PREMIUM],
    ["+31900123456", "NL", PREMIUM],
    ["+3290112345", "BE", PREMIUM],
    ["+3531520123456", "IE", PREMIUM],
    ["+48700123456", "PL", PREMIUM],
    ["+37190123456", "LV", PREMIUM],
    ["+611900123456", "AU", PREMIUM],
    ["+81990123456", "JP", PREMIUM],
    ["+78091234567", "RU", PREMIUM],
    ["+27862123456", "ZA", PREMIUM],
    ["+97912345678", undefined, NETWORK],
    ["+979123456789", undefined, PREMIUM],
    ["+4918055551", "DE", SHARED],
    ["+41840123456", "CH", SHARED],
    ["+33820123456", "FR", SHARED],
    ["+611300123456", "AU", SHARED],
    ["+80812345678", undefined, SHARED],
    ["+447012345678", "GB", PERSONAL],
    ["+15005551234", "US", PERSONAL],
    ["+870773123456", undefined, NETWORK],
    ["+881612345678", undefined, NETWORK],
    ["+8816123456789", undefined, NETWORK],
    ["+882161234567", undefined, NETWORK],
    ["+88213123456", undefined, NETWORK],
    ["+8835100123456", undefined, NETWORK],
    ["+87812345678901", undefined, NETWORK],
    ["+888123456789", undefined, NETWORK],
    ["+9991234567", undefined, NOBODY],
    ["+2101234567", undefined, NOBODY],
  ])("know %s", (number, country, surcharge) => {
    expect(plan(number)).toEqual({ ...(country && { country }), ...(surcharge && { surcharge }) });
  });

  it.each([
    ["digits behind it", "+1900555123499"],
    ["digits behind it", "+4990012345678"],
    ["digits behind it", "+449098790000123"],
    ["a national prefix in it", "+4909001234567"],
    ["a national prefix in it", "+4409098790000"],
    ["a national prefix in it", "+119005551234"],
  ])("know a premium-rate number with %s: %s", (_trick, number) => {
    expect(plan(number).surcharge).toBe(PREMIUM);
  });

  it.each(["+15550100", "+15550100001", "+15550005678", "+37255123456999"])("know nothing against %s, which no plan has", (number) => {
    expect(plan(number).surcharge).toBeUndefined();
  });
});

describe("a list of numbers", () => {
  const list = ["+15550100001", "+4930*"];

  it.each(["+15550100001", "+4930", "+493012345678"])("allows %s", (to) => {
    expect(listRefusal(to, list, "outbound.allowTo")).toBeUndefined();
  });

  it.each(["+15550100002", "+155501000011", "+1555010000", "+4940123456", "4930123456", "+14930123456"])("refuses %s", (to) => {
    expect(listRefusal(to, list, "outbound.allowTo")).toMatchObject({ code: "destination-refused", retryable: false });
  });

  it("allows nobody when it is empty, and everybody when there is none", () => {
    expect(listRefusal("+15550100001", [], "outbound.allowTo")).toBeDefined();
    expect(listRefusal("+15550100001", undefined, "outbound.allowTo")).toBeUndefined();
  });

  it("takes a pattern's other signs for what they are", () => {
    expect(listRefusal("+15550100001", ["+1555.*"], "outbound.allowTo")).toBeDefined();
  });

  it("is named in the refusal, and the number is not", () => {
    const { message } = listRefusal("+15550100002", list, "transfer.allowTo")!;
    expect(message).toBe('+1…02 may not be called: it is on no entry of "transfer.allowTo"');
  });
});

describe("a list of countries", () => {
  const refusal = (facts: DestinationFacts, allowed?: string[]) => countryRefusal("+15550100001", facts, allowed);

  it("allows numbers of its countries, and all where there is none", () => {
    expect(refusal({ country: "DE" }, ["GB", "DE"])).toBeUndefined();
    expect(refusal({ country: "FR" })).toBeUndefined();
    expect(refusal({})).toBeUndefined();
  });

  it("refuses numbers of other countries, by name, and of none", () => {
    expect(refusal({ country: "FR" }, ["GB"])).toMatchObject({ code: "destination-refused", message: expect.stringContaining("FR") as string });
    expect(refusal({}, ["GB"])).toMatchObject({ code: "destination-refused", message: expect.stringContaining("no country") as string });
    expect(refusal({ country: "GB" }, [])).toMatchObject({ code: "destination-refused" });
  });

  it("does not take the islands for the country whose code they share", () => {
    expect(countryRefusal("+447911123456", plan("+447911123456"), ["GB"])).toMatchObject({ message: expect.stringContaining("GG") as string });
    expect(countryRefusal("+18765551234", plan("+18765551234"), ["US"])).toMatchObject({ message: expect.stringContaining("JM") as string });
  });
});

describe("a number that costs more", () => {
  it("is refused with what it is and the key that decides, unless the owner takes that", () => {
    const refusal = premiumRefusal("+19002345678", { surcharge: PREMIUM }, "refuse");
    expect(refusal).toMatchObject({ code: "destination-refused", retryable: false });
    expect(refusal?.message).toBe(`+1…78 may not be called: it is ${PREMIUM}, and "outbound.premiumRate" is "refuse"`);
    expect(premiumRefusal("+19002345678", { surcharge: PREMIUM }, "allow")).toBeUndefined();
    expect(premiumRefusal("+12128675309", {}, "refuse")).toBeUndefined();
  });
});
