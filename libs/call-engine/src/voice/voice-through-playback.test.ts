import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { Studio } from "../playback/playback.test-support.ts";
import { HandSynthesizer, createBooth } from "./voice.test-support.ts";

/** Audio that is different in every second, so that what is lost, doubled or moved shows. */
function seconds(count: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: count * 8000 }, (_, at) => (seed + Math.floor(at / 8000) * 7 + (at % 251)) & 0xff);
}

function call(...synthesizers: readonly HandSynthesizer[]) {
  const studio = new Studio();
  const { open, failures } = createBooth(...synthesizers);
  const voice = open({ clock: studio.clock });
  const speak = (id: string) => voice.speak(`Sentence ${id}.`, studio.queue(id));
  return { studio, voice, speak, failures };
}

describe("a voice in the caller's ear", () => {
  it("is heard in order, byte for byte, however far ahead it is made", async () => {
    const parts = new Map([["Sentence one.", seconds(50, 1)], ["Sentence two.", seconds(50, 2)], ["Sentence three.", seconds(3, 3)]]);
    const synthesizer = new HandSynthesizer();
    synthesizer.answer = (asked) => {
      const audio = parts.get(asked.text) ?? new Uint8Array();
      for (let at = 0; at < audio.length; at += 777) asked.send(audio.subarray(at, at + 777));
      asked.end();
    };
    const { studio, speak, failures } = call(synthesizer);
    for (const id of ["one", "two", "three"]) speak(id);
    await studio.pass(104_000);
    expect([...studio.outcomes.entries()].map(([id, { outcome }]) => `${id} ${outcome}`)).toEqual(["one heard", "two heard", "three heard"]);
    expect(Buffer.from(studio.heard).equals(Buffer.concat([...parts.values()]))).toBe(true);
    expect([failures, studio.far.faults, studio.errors]).toEqual([[], [], []]);
  });

  it("stops being made when the caller interrupts, and begins anew", async () => {
    const synthesizer = new HandSynthesizer();
    const { studio, speak, failures } = call(synthesizer);
    for (const id of ["one", "two"]) speak(id);
    await studio.clock.settle();
    synthesizer.asked[0]?.send(seconds(1, 1));
    await studio.pass(400);
    studio.playback.clear();
    await studio.clock.settle();
    expect(synthesizer.asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect([...studio.outcomes.values()].map(({ outcome }) => outcome)).toEqual(["skipped", "skipped"]);
    speak("three");
    await studio.clock.settle();
    synthesizer.asked[2]?.send(seconds(1, 3));
    synthesizer.asked[2]?.end();
    await studio.pass(2000);
    expect([studio.outcomes.get("three")?.outcome, failures]).toEqual(["heard", []]);
  });

  it("ends as failed, after what was heard of it, and holds up nobody behind it", async () => {
    const synthesizer = new HandSynthesizer();
    const { studio, speak, failures } = call(synthesizer);
    for (const id of ["mute", "cut", "whole"]) speak(id);
    await studio.clock.settle();
    synthesizer.asked[0]?.reject(new TelephonyError("unavailable", "down"));
    synthesizer.asked[1]?.send(seconds(1, 1));
    await studio.clock.settle();
    synthesizer.asked[1]?.reject(new TelephonyError("unavailable", "down"));
    synthesizer.asked[2]?.send(seconds(1, 2));
    synthesizer.asked[2]?.end();
    await studio.pass(3000);
    expect([...studio.outcomes.entries()].map(([id, { outcome, totalMs }]) => [id, outcome, totalMs])).toEqual([
      ["mute", "failed", 0],
      ["cut", "failed", 1000],
      ["whole", "heard", 1000],
    ]);
    expect(failures.map(({ id }) => id)).toEqual(["mute", "cut"]);
  });
});
