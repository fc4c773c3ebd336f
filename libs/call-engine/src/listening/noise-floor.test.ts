import { silentLevel, measureMulaw } from "@openclaw/telephony-audio";
import { describe, expect, it } from "vitest";
import { NoiseFloor } from "./noise-floor.ts";
import { babble, encode, noise, sequence, silence, speech, tone, type Sound } from "./sounds.test-support.ts";

/** The floor after every frame of a sound. */
function follow(sound: Sound): number[] {
  const floor = new NoiseFloor();
  const bytes = encode(sound);
  const level = silentLevel();
  return Array.from({ length: bytes.length / 160 }, (_, index) => {
    floor.follow(measureMulaw(bytes.subarray(index * 160, (index + 1) * 160), level));
    return floor.dbfs;
  });
}

const afterMs = (floors: readonly number[], ms: number) => floors[ms / 20 - 1] as number;
const QUIET = noise(1000, -55);

describe("the noise floor", () => {
  it.each([
    ["noise from the begin of the call", noise(1000, -29), 1000, -29],
    ["noise that sets in suddenly, within the time in which nothing interrupts", sequence(QUIET, noise(400, -29)), 1400, -29],
    ["a room full of people, within two seconds", sequence(QUIET, babble(2000, -30)), 3000, -32],
    ["noise that ends, within 100 ms", sequence(noise(1000, -29), noise(100, -55)), 1100, -53],
    ["noise in spite of some lost frames", sequence(noise(1000, -29), silence(100)), 1100, -29],
    ["digital silence, which is not taken for less than a quiet room", silence(5000), 5000, -60],
  ])("learns %s", (_what, sound, ms, dbfs) => {
    const floor = afterMs(follow(sound), ms);
    expect(floor).toBeGreaterThan(dbfs - 3);
    expect(floor).toBeLessThan(dbfs + 3);
  });

  it.each([
    ["speech without a pause", speech(10_000, -18)],
    ["soft speech without a pause", speech(10_000, -26)],
  ])("is not raised by %s", (_what, sound) => {
    expect(Math.max(...follow(sequence(QUIET, sound)).slice(50))).toBeLessThan(-45);
  });

  it("rises slowly to what is even but too loud for a room, and never beyond -20 dBFS", () => {
    const floors = follow(sequence(QUIET, tone(20_000, 700, -8)));
    expect(afterMs(floors, 5000)).toBeLessThan(-40);
    expect(Math.max(...floors)).toBe(-20);
  });
});
