import { CONTRACT, MULAW_8K, createRegistry, registerProvider, type Transcriber } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { LIVE_AUDIO_DEFAULTS } from "./defaults.ts";
import { AudioServices } from "./services.ts";

/** Services with one transcriber, which comes to be when the test says so. */
function services() {
  const clock = createVirtualClock();
  const registry = createRegistry();
  const made = Promise.withResolvers<Transcriber>();
  const signals: AbortSignal[] = [];
  registerProvider(
    {
      contract: CONTRACT,
      kind: "transcriber",
      id: "slow",
      label: "Slow",
      capabilities: { formats: [MULAW_8K], endOfTurn: "provider" },
      config: { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } },
      create: (_config, { signal }) => {
        signals.push(signal);
        return made.promise;
      },
    },
    { mode: "full", package: "slow", version: "1.0.0" },
    registry,
  );
  const ports = { clock, log: createLogRecorder(), registry, providerModes: ["full"], prepareSection: (_definition: unknown, section: object) => Promise.resolve(section) };
  const audio = new AudioServices(ports as unknown as EnginePorts);
  const transcriber = () => audio.transcriber({ ...LIVE_AUDIO_DEFAULTS } as TelephoneSettings);
  let closes = 0;
  const ready: Transcriber = { open: () => Promise.reject(new Error("nobody opens it")) as never, close: () => Promise.resolve(void closes++) };
  return { clock, audio, made, ready, signals, transcriber, closes: () => closes };
}

describe("a transcriber that takes its time", () => {
  it("is waited for, and then closed after its last use", async () => {
    const { clock, audio, made, ready, transcriber, closes } = services();
    const holding = transcriber();
    await clock.advance(9000);
    made.resolve(ready);
    const held = await holding;
    expect([held.value.id, audio.size, clock.pending]).toEqual(["slow", 1, 0]);
    held.release();
    await clock.settle();
    expect([audio.size, closes()]).toEqual([0, 1]);
  });

  it("is given up after ten seconds, told so, and closed if it comes after all", async () => {
    const { clock, audio, made, ready, signals, transcriber, closes } = services();
    const refused = expect(transcriber()).rejects.toMatchObject({ code: "timeout" });
    await clock.advance(10_000);
    await refused;
    expect([audio.size, signals[0]?.aborted]).toEqual([0, true]);
    made.resolve(ready);
    await clock.settle();
    expect(closes()).toBe(1);
  });

  it("holds up nobody who closes the telephone for longer than that", async () => {
    const { clock, audio, transcriber } = services();
    const refused = expect(transcriber()).rejects.toMatchObject({ code: "timeout" });
    await clock.settle();
    const closing = audio.closeAll();
    await clock.advance(10_000);
    await closing;
    await refused;
  });
});
