import { describe, expect, it } from "vitest";
import { FarEnd, speech, type FarEndOptions } from "./far-end.test-support.ts";
import { Studio } from "./playback.test-support.ts";
import type { Utterance } from "./types.ts";

/** Repeatable chance. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761;
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 8) % sides;
  };
}

const pick = <Value>(roll: (sides: number) => number, values: readonly Value[]): Value => values[roll(values.length)] as Value;

/** Milliseconds of each utterance's audio. No two places of all utterances sound alike. */
const LENGTH_MS = 900;

/** Bytes by which a place is found. */
const WINDOW = 16;

/** Marks each byte of the utterances that sounded in a piece of audio. */
function cover(covered: Map<number, Uint8Array>, bytes: Uint8Array, sources: ReadonlyMap<number, Buffer>): void {
  for (let at = 0; at + WINDOW <= bytes.length; ) {
    const window = Buffer.from(bytes.subarray(at, at + WINDOW));
    const found = [...sources].map(([seed, source]) => [seed, source.indexOf(window)] as const).find(([, place]) => place >= 0);
    // Silence at the end of an utterance, or of a link.
    if (!found) {
      at += 1;
      continue;
    }
    const [seed, place] = found;
    const source = sources.get(seed) as Buffer;
    const places = covered.get(seed) ?? new Uint8Array(source.length);
    covered.set(seed, places);
    let length = 0;
    while (place + length < source.length && at + length < bytes.length && source[place + length] === bytes[at + length]) length += 1;
    places.fill(1, place, place + length);
    at += length;
  }
}

/** A call in which everything happens in any order. */
async function wildCall(seed: number): Promise<void> {
  const roll = dice(seed);
  const options = (): FarEndOptions => ({
    // Over a way that takes time, only honest marks tell what a link that ends has lost.
    ...(pick(roll, [true, false]) ? { echoes: "played", transitMs: pick(roll, [0, 30, 120]) } : pick(roll, [{}, { echoes: "never" }, { echoes: "early" }])),
    flushed: pick(roll, ["echoed", "silent"] as const),
    capabilities: { clear: roll(6) > 0, minChunkMs: pick(roll, [1, 20, 20, 40]) },
    ...(roll(8) === 0 && { congestedAfter: 20 + roll(50) }),
  });
  const studio = new Studio({ ...options(), attached: roll(3) > 0 });
  const links = [studio.far];
  const sources = new Map<number, Buffer>();
  const utterances: { readonly utterance: Utterance; readonly audio: Buffer; written: number }[] = [];

  const actions: (() => void)[] = [
    () => {
      if (utterances.length >= 12) return;
      const audio = Buffer.from(speech(LENGTH_MS, utterances.length + 1));
      sources.set(utterances.length + 1, audio);
      utterances.push({ utterance: studio.queue(`u${utterances.length}`), audio, written: 0 });
    },
    ...Array<() => void>(4).fill(() => {
      const open = utterances.filter(({ written, audio }) => written < audio.length);
      if (open.length === 0) return;
      const one = pick(roll, open);
      const size = 1 + roll(pick(roll, [50, 900, 5000]));
      one.utterance.write(one.audio.subarray(one.written, one.written + size));
      one.written = Math.min(one.audio.length, one.written + size);
      if (one.written === one.audio.length) one.utterance.end();
    }),
    () => studio.playback.pause(),
    () => studio.playback.resume(),
    () => studio.clock.stall(roll(700)),
    () => void (roll(4) === 0 && studio.playback.clear()),
    () => void (roll(3) === 0 && links.push(studio.attach(new FarEnd(studio.clock, options())))),
    // Who hangs up while an order to be silent is under way has heard less than anybody can know.
    () => void (roll(4) === 0 && !studio.playback.paused && studio.far.hangUp()),
    () => void (roll(6) === 0 && studio.playback.detach()),
    () => studio.far.decongest(20 + roll(30)),
    () => studio.playback.onMark(`g1-${roll(20)}`),
  ];
  for (let turn = 0; turn < 160; turn++) {
    pick(roll, actions)();
    await studio.pass(roll(90));
  }
  for (const { utterance, audio, written } of utterances) {
    utterance.write(audio.subarray(written));
    utterance.end();
  }
  studio.playback.resume();
  links.push(studio.attach(new FarEnd(studio.clock, { echoes: "played" })));
  await studio.pass(utterances.length * LENGTH_MS + 5000);

  expect(studio.errors).toEqual([]);
  expect(links.flatMap(({ faults }) => faults)).toEqual([]);
  expect(studio.outcomes.size).toBe(utterances.length);
  expect([studio.ticker.size, studio.playback.audible, studio.playback.paused]).toEqual([0, undefined, false]);
  const covered = new Map<number, Uint8Array>();
  for (const link of links) for (const { bytes } of link.heard()) cover(covered, bytes, sources);
  for (const [index, { utterance, audio }] of utterances.entries()) {
    const { outcome, heardMs, totalMs } = await utterance.done;
    expect(heardMs).toBeLessThanOrEqual(totalMs);
    expect(utterance.signal.aborted).toBe(outcome === "skipped");
    if (outcome !== "heard") continue;
    expect([heardMs, totalMs]).toEqual([LENGTH_MS, LENGTH_MS]);
    const places = covered.get(index + 1) ?? new Uint8Array(audio.length);
    const missing = places.filter((place) => place === 0).length;
    // Pieces that are shorter than what a place is found by are not found.
    expect({ seed, index, missing: missing >= WINDOW ? missing : 0 }).toEqual({ seed, index, missing: 0 });
  }
}

describe("whatever happens to a call", () => {
  it.each(Array.from({ length: 60 }, (_, index) => index + 1))("every utterance ends, and what is said to be heard was in the ear (%i)", wildCall);
});
