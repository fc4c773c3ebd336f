import { MULAW_8K, type Transcriber, type TranscriberEvent } from "@openclaw/telephony-contract";
import { systemClock, silentLog } from "@openclaw/phone-network/wire";
import { speakTones } from "@openclaw/phone-network/tones";
import { openTranscription, type LoopbackTranscription } from "@openclaw/phone-network/transcription";
import { encodeMulaw } from "@openclaw/telephony-audio";
import { silence } from "@openclaw/telephony-kit";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { MistralConfig } from "../config.ts";
import { mistralDefinition } from "../definition.ts";
import { createMistralVendor } from "./fake.ts";
import { startLoopbackTranscription } from "./index.ts";
import { section } from "./loopback.ts";

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

async function listen(starting: Promise<LoopbackTranscription> = startLoopbackTranscription()) {
  const service = await starting;
  open.push(service);
  const context = { log: silentLog, clock: systemClock, signal: new AbortController().signal };
  const transcriber: Transcriber = await mistralDefinition.create(service.section as unknown as MistralConfig, context);
  open.push(transcriber);
  const events: TranscriberEvent[] = [];
  const session = transcriber.open({ format: MULAW_8K, language: "en", endSilenceMs: 800, onEvent: (event) => events.push(event), signal: context.signal });
  const finals = () => events.flatMap((event) => (event.type === "final" ? [event.text] : []));
  const reads = (text: string) => vi.waitFor(() => expect(events.findLast(({ type }) => type === "partial")).toMatchObject({ text }), { timeout: 5_000 });
  return { service, session, events, finals, reads };
}

const LONG = "I would like to book a table for two people at eight this evening";

describe("the fake as a server on this machine", () => {
  it.each(["done", "segment", "words"] as const)("hears what is said, and gives it on a flush by: %s", async (answer) => {
    const vendor = createMistralVendor(answer);
    const { session, events, finals, reads } = await listen(openTranscription({ vendor, section }));
    for (const text of ["Good morning", LONG]) {
      session.write(sound(text, 800));
      await reads(text);
      const flushed = session.flush();
      session.write(silence(MULAW_8K, 400));
      await flushed;
    }
    expect(finals()).toEqual(["Good morning", LONG]);
    expect(events.map(({ type }) => type).filter((type) => type !== "partial")).toEqual(["ready", "speechStarted", "final", "speechStarted", "final"]);
    expect(events.some((event) => event.type === "partial" && event.text === "Good")).toBe(true);
  });

  it("loses no word over a connection that breaks in the middle of one", async () => {
    const { service, session, events, finals, reads } = await listen();
    const audio = sound(LONG, 1_000);
    session.write(sound("Good morning", 1_000));
    await reads("Good morning");
    await session.flush();
    session.write(audio.subarray(0, audio.length / 2));
    await vi.waitFor(() => expect(events.some((event) => event.type === "partial" && event.text.startsWith("I would like"))).toBe(true), { timeout: 5_000 });
    service.sessions[0]?.drop();
    session.write(audio.subarray(audio.length / 2));
    await reads(LONG);
    await session.flush();
    expect(finals()).toEqual(["Good morning", LONG]);
    expect(service.sessions).toHaveLength(2);
    expect(new Set(events.flatMap((event) => ("itemId" in event ? [event.itemId] : []))).size).toBe(2);
  });

  it("gives the last words at the end", async () => {
    const { session, finals, reads } = await listen();
    session.write(sound("Good bye", 100));
    await reads("Good bye");
    await session.close();
    expect(finals()).toEqual(["Good bye"]);
  });
});
