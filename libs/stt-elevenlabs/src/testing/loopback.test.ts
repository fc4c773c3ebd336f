import { MULAW_8K, type Transcriber, type TranscriberEvent } from "@openclaw/telephony-contract";
import { encodeMulaw } from "@openclaw/telephony-audio";
import { speakTones } from "@openclaw/phone-network/tones";
import { silentLog, systemClock } from "@openclaw/phone-network/wire";
import { silence } from "@openclaw/telephony-kit";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ElevenLabsConfig } from "../config.ts";
import { elevenLabsDefinition } from "../definition.ts";
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

async function listen() {
  const service = await startLoopbackTranscription();
  open.push(service);
  const context = { log: silentLog, clock: systemClock, signal: new AbortController().signal };
  const transcriber: Transcriber = await elevenLabsDefinition.create(service.section as unknown as ElevenLabsConfig, context);
  open.push(transcriber);
  const events: TranscriberEvent[] = [];
  const session = transcriber.open({ format: MULAW_8K, language: "en", endSilenceMs: 800, onEvent: (event) => events.push(event), signal: context.signal });
  const finals = () => events.flatMap((event) => (event.type === "final" && event.text !== "" ? [event.text] : []));
  const hears = (...texts: string[]) => vi.waitFor(() => expect(finals()).toEqual(texts), { timeout: 5_000 });
  return { service, session, events, hears };
}

const LONG = "I would like to book a table for two people at eight this evening";

describe("the fake as a server on this machine", () => {
  it("hears what is said, while it is said", async () => {
    const { session, events, hears } = await listen();
    session.write(sound("Good morning", 1_000));
    session.write(sound(LONG, 1_000));
    await hears("Good morning", LONG);
    expect(events.map(({ type }) => type).filter((type) => type !== "partial")).toEqual(["ready", "speechStarted", "final", "speechStarted", "final"]);
    expect(events.some((event) => event.type === "partial" && event.text === "Good")).toBe(true);
  });

  it.each([
    ["breaks", (session: { drop(): void }) => session.drop()],
    ["has lasted too long", (session: { expire?(): void }) => session.expire?.()],
  ])("loses no word over a connection that %s in the middle of one", async (_what, end) => {
    const { service, session, events, hears } = await listen();
    const audio = sound(LONG, 1_000);
    session.write(sound("Good morning", 1_000));
    session.write(audio.subarray(0, audio.length / 2));
    await vi.waitFor(() => expect(events.filter(({ type }) => type === "speechStarted")).toHaveLength(2), { timeout: 5_000 });
    const [connection] = service.sessions;
    if (connection) end(connection);
    session.write(audio.subarray(audio.length / 2));
    await hears("Good morning", LONG);
    expect(service.sessions).toHaveLength(2);
    expect(new Set(events.flatMap((event) => ("itemId" in event ? [event.itemId] : []))).size).toBe(2);
  });

  it("gives what it has on a flush", async () => {
    const { session, events, hears } = await listen();
    session.write(sound("Half a sentence", 100));
    await vi.waitFor(() => expect(events.some((event) => event.type === "partial" && event.text === "Half a sentence")).toBe(true), { timeout: 5_000 });
    await session.flush();
    await hears("Half a sentence");
  });
});
