import { MULAW_8K, type Transcriber, type TranscriberEvent } from "@openclaw/telephony-contract";
import { systemClock, silentLog } from "@openclaw/phone-network/wire";
import { speakTones } from "@openclaw/phone-network/tones";
import type { LoopbackTranscription } from "@openclaw/phone-network/transcription";
import { encodeMulaw } from "@openclaw/telephony-audio";
import { silence } from "@openclaw/telephony-kit";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { DeepgramConfig } from "../config.ts";
import { deepgramDefinition } from "../definition.ts";
import { startLoopbackTranscription } from "./index.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** What the caller says, and then falls silent for. */
function sound(text: string, silentMs: number): Uint8Array {
  const samples = speakTones(text, MULAW_8K.sampleRate);
  const bytes = new Uint8Array(samples.length);
  encodeMulaw(samples, bytes);
  return Buffer.concat([bytes, silence(MULAW_8K, silentMs)]);
}

async function listen(config: Partial<DeepgramConfig> = {}) {
  const service: LoopbackTranscription = await startLoopbackTranscription();
  open.push(service);
  const section = { ...(service.section as unknown as DeepgramConfig), ...config };
  const context = { log: silentLog, clock: systemClock, signal: new AbortController().signal };
  const transcriber: Transcriber = await deepgramDefinition.create(section, context);
  open.push(transcriber);
  const events: TranscriberEvent[] = [];
  const session = transcriber.open({ format: MULAW_8K, language: "en", endSilenceMs: 800, onEvent: (event) => events.push(event), signal: context.signal });
  const texts = (type: "final" | "eagerEnd") => events.flatMap((event) => (event.type === type ? [event.text] : []));
  return { service, session, events, texts };
}

const LONG = "I would like to book a table for two people at eight this evening";

describe("the fake as a server on this machine", () => {
  it.each([{}, { model: "flux-general-en" }])("hears what is said, with %o", async (config) => {
    const { session, events, texts } = await listen(config);
    session.write(sound("Good morning", 1_000));
    session.write(sound(LONG, 1_000));
    await vi.waitFor(() => expect(texts("final")).toEqual(["Good morning", LONG]), { timeout: 5_000 });
    expect(events.map(({ type }) => type).filter((type) => type !== "partial")).toEqual(["ready", "speechStarted", "final", "speechStarted", "final"]);
    expect(events.some((event) => event.type === "partial" && event.text === "Good")).toBe(true);
  });

  it("announces the end of a turn with Flux, and takes it back", async () => {
    const { session, events, texts } = await listen({ model: "flux-general-en", eagerEotThreshold: 0.4 });
    session.write(sound("One", 200));
    session.write(sound("two", 1_000));
    await vi.waitFor(() => expect(texts("final")).toEqual(["One two"]), { timeout: 5_000 });
    expect(texts("eagerEnd")).toEqual(["One", "One two"]);
    expect(events.some(({ type }) => type === "resumed")).toBe(true);
  });

  it("loses no word over a connection that breaks in the middle of one", async () => {
    const { service, session, events, texts } = await listen();
    const audio = sound(LONG, 1_000);
    session.write(sound("Good morning", 1_000));
    session.write(audio.subarray(0, audio.length / 2));
    await vi.waitFor(() => expect(events.some((event) => event.type === "partial" && event.text.startsWith("I would like"))).toBe(true), { timeout: 5_000 });
    service.sessions[0]?.drop();
    session.write(audio.subarray(audio.length / 2));
    await vi.waitFor(() => expect(texts("final")).toEqual(["Good morning", LONG]), { timeout: 5_000 });
    expect(service.sessions).toHaveLength(2);
    expect(new Set(events.flatMap((event) => ("itemId" in event ? [event.itemId] : []))).size).toBe(2);
  });

  it("gives what it has on a flush", async () => {
    const { session, events, texts } = await listen();
    session.write(sound("Half a sentence", 100));
    await vi.waitFor(() => expect(events.some((event) => event.type === "partial" && event.text === "Half a sentence")).toBe(true), { timeout: 5_000 });
    await session.flush();
    expect(texts("final")).toEqual(["Half a sentence"]);
  });
});
