import { describe, expect, it } from "vitest";
import { isLanguageTag, isVoiceName } from "./speech-names.ts";

/** What somebody might put where a name goes, to reach the markup or the request around it. */
const ATTACKS = [
  "", " ", "en US ", '"/><Dial>', "a&b", "a<b", "a'b", 'a"b', "en\n", "en\u0000", "\nen", "{a}", "$(a)", "../a", "a%20b", "a;b", "é", "ｅｎ", "e\u0301n", "\ud800",
];

describe("a language tag", () => {
  it.each(["en", "en-US", "EN-us", "es-419", "cmn-Hans-CN", "yue-Hant-HK", "en-GB-WLS", "de-CH-1996", "sr-Latn-RS", "multi"])("may be %s", (tag) => {
    expect(isLanguageTag(tag)).toBe(true);
  });

  it.each([...ATTACKS, "e", "en_US", "en-", "-en", "en--US", "englishlanguage", "en-verylongpart", "12", "1n-US", `en${"-abcdefgh".repeat(4)}`])("cannot be %j", (tag) => {
    expect(isLanguageTag(tag)).toBe(false);
  });

  it("has at most 35 characters", () => {
    const longest = `eng${"-abcdefg".repeat(4)}`;
    expect(longest).toHaveLength(35);
    expect(isLanguageTag(longest)).toBe(true);
    expect(isLanguageTag(`${longest}h`)).toBe(false);
  });
});

describe("a voice's name", () => {
  it.each([
    "alice", "WOMAN", "Polly.Joanna-Neural", "Google.en-US-Chirp3-HD-Aoede", "Azure.en-US-Ava:DragonHDLatestNeural", "Engine.KokoroTTS.af_heart",
    "Engine.model-2.8-turbo.Chinese (Mandarin)_News_Anchor", "UgBBYS2sOqTuMpoF3BR0-flash_v2_5-0.8_0.9_0.8", "0b5e1a7c-3c1d-4e0e-9f0a-2f6f0f6b9a11",
  ])("may be %s", (name) => {
    expect(isVoiceName(name)).toBe(true);
  });

  it.each([...ATTACKS, ".hidden", "-flag", "a/b", "a\\b", "https://voices.example/1", "a\tb"])("cannot be %j", (name) => {
    expect(isVoiceName(name)).toBe(false);
  });

  it("has at most 128 characters", () => {
    expect(isVoiceName("a".repeat(128))).toBe(true);
    expect(isVoiceName("a".repeat(129))).toBe(false);
  });
});
