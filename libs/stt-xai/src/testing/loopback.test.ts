import { MULAW_8K, type Transcriber, type TranscriberEvent } from "@openclaw/telephony-contract";
import { systemClock, silentLog } from "@openclaw/phone-network/wire";
import { speakTones } from "@openclaw/phone-network/tones";
import { openTranscription, type LoopbackTranscription } from "@openclaw/phone-network/transcription";
import { encodeMulaw } from "@openclaw/telephony-audio";
import { silence } from "@openclaw/telephony-kit";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { XAiConfig } from "../config.ts";
import { xAiDefinition } from "../definition.ts";
import { createXAiVendor } from "./fake.ts";
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
  const transcriber: Transcriber = await xAiDefinition.create(service.section as unknown as XAiConfig, context);
  open.push(transcriber);
  const events: TranscriberEvent[] = [];
  const session = transcriber.open({ format: MULAW_8K, language: "en", endSilenceMs: 800, onEvent: (event) => events.push(event), signal: context.signal });
  const texts = (type: "final" | "partial") => events.flatMap((event) => (event.type === type ? [event.text] : []));
  const hears = (...finals: readonly string[]) => vi.waitFor(() => expect(texts("final")).toEqual(finals), { timeout: 5_000 });
  return { service, session, events, texts, hears };
}

const LONG = "I would like to book a table for two people at eight this evening";

describe("the fake as a server on this machine", () => {
  it.each([true, false])("hears what is said, where texts hold what is locked: %s", async (repeatsLocked) => {
    const vendor = createXAiVendor({ repeatsLocked, restInDone: repeatsLocked });
    const { session, events, texts, hears } = await listen(openTranscription({ vendor, section }));
    session.write(sound("Good morning", 1_000));
    session.write(sound(LONG, 1_000));
    session.write(sound("Yes yes yes", 1_000));
    await hears("Good morning", LONG, "Yes yes yes");
    expect(events.map(({ type }) => type).filter((type) => type !== "partial")).toEqual(["ready", ...Array.from({ length: 3 }, () => ["speechStarted", "final"]).flat()]);
    for (const text of texts("partial")) expect(["Good morning", LONG, "Yes yes yes"].some((whole) => whole.startsWith(text)), text).toBe(true);
    session.write(sound("Good bye", 100));
    await vi.waitFor(() => expect(texts("partial").at(-1)).toBe("Good bye"), { timeout: 5_000 });
    await session.close();
    expect(texts("final").at(-1)).toBe("Good bye");
  });

  it("loses no word over a connection that breaks in the middle of one", async () => {
    const { service, session, events, texts, hears } = await listen();
    const audio = sound(LONG, 1_000);
    session.write(sound("Good morning", 1_000));
    session.write(audio.subarray(0, audio.length / 2));
    await vi.waitFor(() => expect(texts("partial").some((text) => text.startsWith("I would like"))).toBe(true), { timeout: 5_000 });
    service.sessions[0]?.drop();
    session.write(audio.subarray(audio.length / 2));
    await hears("Good morning", LONG);
    expect(service.sessions).toHaveLength(2);
    expect(new Set(events.flatMap((event) => ("itemId" in event ? [event.itemId] : []))).size).toBe(2);
  });

  it("gives what it has on a flush", async () => {
    const { session, texts } = await listen();
    session.write(sound("Half a sentence", 100));
    await vi.waitFor(() => expect(texts("partial").at(-1)).toBe("Half a sentence"), { timeout: 5_000 });
    await session.flush();
    expect(texts("final")).toEqual(["Half a sentence"]);
  });
});
