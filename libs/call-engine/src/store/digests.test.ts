import { describe, expect, it } from "vitest";
import { RecentDigests, createDigester } from "./digests.ts";

describe("a digest", () => {
  it("is the first 48 bits of the key's SHA-256 within its scope, and another for every key and scope", () => {
    const digestOf = createDigester();
    // printf 'a k' | sha256sum
    expect(digestOf("a", "k")).toBe(0xd4844f5963ef);
    expect(digestOf("a", "k")).toBe(0xd4844f5963ef);
    expect(new Set([digestOf("a", "k"), digestOf("b", "k"), digestOf("a", "l"), digestOf("", "k")]).size).toBe(4);
  });
});

describe("the newest digests", () => {
  it("are known, once each, and the oldest go first", () => {
    const recent = new RecentDigests(3);
    expect([1, 2, 2, 3].map((digest) => recent.add(digest))).toEqual([true, true, false, true]);
    expect(recent.size).toBe(3);
    recent.add(4);
    expect([1, 2, 3, 4].map((digest) => recent.has(digest))).toEqual([false, true, true, true]);
    expect(recent.size).toBe(3);
  });

  it("can be taken out again, and all be forgotten", () => {
    const recent = new RecentDigests(10);
    for (const digest of [1, 2, 3]) recent.add(digest);
    recent.dropNewest(2);
    expect([1, 2, 3].map((digest) => recent.has(digest))).toEqual([true, false, false]);
    recent.dropNewest(5);
    expect(recent.size).toBe(0);
    recent.add(7);
    recent.clear();
    expect([recent.has(7), recent.size]).toEqual([false, 0]);
  });

  it.each([7, 1000, 1024, 5000])("are the same as in a list that is searched, up to %i of them, however they collide", (most) => {
    const recent = new RecentDigests(most);
    const list: number[] = [];
    let seed = most;
    const random = (below: number) => (seed = (seed * 48_271) % 0x7fff_ffff) % below;
    for (let round = 0; round < 20_000; round++) {
      // Many share their lowest bits, by which they are found.
      const digest = random(64) * 2 ** 20 + random(256) + 2 ** 40;
      if (round % 1000 === 999) {
        const count = random(most);
        recent.dropNewest(count);
        list.splice(Math.max(0, list.length - count));
      }
      const known = list.includes(digest);
      expect(recent.has(digest)).toBe(known);
      expect(recent.add(digest)).toBe(!known);
      if (!known) list.push(digest);
      if (list.length > most) list.shift();
    }
    expect(recent.size).toBe(list.length);
    expect(list.every((digest) => recent.has(digest))).toBe(true);
  });
});
