import { MULAW_8K, pcm16 } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { SpeechCache, type SpeechKey } from "./speech-cache.ts";
import { HandSynthesizer } from "./voice.test-support.ts";

const source = () => ({ id: "source", synthesizer: new HandSynthesizer(), capabilities: { formats: [] } });
const SOURCE = source();
const key = (text: string, other: Partial<SpeechKey> = {}): SpeechKey => ({ source: SOURCE, text, format: MULAW_8K, ...other });

describe("a cache of speech", () => {
  it("gives what was kept for exactly this sound", () => {
    const cache = new SpeechCache(createVirtualClock());
    cache.set(key("Hello", { voice: "Anna", language: "de" }), new Uint8Array(8));
    expect(cache.get(key("Hello", { voice: "Anna", language: "de" }))).toHaveLength(8);
    for (const other of [{ voice: "Otto" }, { language: "en" }, { format: pcm16(8000) }, { format: pcm16(16_000) }, { source: source() }, { text: "hello" }]) {
      expect(cache.get(key("Hello", { voice: "Anna", language: "de", ...other })), JSON.stringify(other)).toBeUndefined();
    }
  });

  it("drops what was not used for longest, and never holds more bytes than it may", () => {
    const cache = new SpeechCache(createVirtualClock(), 100);
    for (const text of ["one", "two", "three"]) cache.set(key(text), new Uint8Array(30));
    cache.get(key("one"));
    cache.set(key("four"), new Uint8Array(40));
    expect(["one", "two", "three", "four"].filter((text) => cache.get(key(text)))).toEqual(["one", "three", "four"]);
    expect([cache.bytes, cache.size]).toEqual([100, 3]);
    cache.set(key("large"), new Uint8Array(101));
    expect(cache.get(key("large"))).toBeUndefined();
    expect(cache.bytes).toBe(100);
  });

  it("counts the bytes of what is replaced, and keeps no silence", () => {
    const cache = new SpeechCache(createVirtualClock(), 100);
    cache.set(key("one"), new Uint8Array(60));
    cache.set(key("one"), new Uint8Array(50));
    cache.set(key("none"), new Uint8Array(0));
    expect([cache.bytes, cache.size]).toEqual([50, 1]);
  });

  it("forgets after a quarter of an hour, since voices change", async () => {
    const clock = createVirtualClock();
    const cache = new SpeechCache(clock);
    cache.set(key("one"), new Uint8Array(60));
    await clock.advance(15 * 60_000);
    expect(cache.get(key("one"))).toBeDefined();
    await clock.advance(1);
    expect(cache.get(key("one"))).toBeUndefined();
    expect([cache.bytes, cache.size]).toEqual([0, 0]);
  });
});
