import { ALAW_8K, MULAW_8K, pcm16, type AudioFormat } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { hostSpeechDefinition } from "./definition.ts";
import { FakeHost, STREAMING, WHOLE, type FakeProvider } from "./testing/index.ts";

const TEXT = "The train to Ghent leaves at seven.";
const NEVER = new AbortController().signal;

async function open(id: string, provider: FakeProvider, section: object = {}) {
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const providers = { [id]: provider, openai: WHOLE };
  const host = new FakeHost({ clock, providers, config: { tts: { provider: id, providers: { [id]: { apiKey: "sk-1", ...section }, openai: { apiKey: "sk-2" } } } } });
  const synthesizer = await hostSpeechDefinition(host).create({ timeoutMs: 6000 }, { clock, log, signal: NEVER });
  const speak = (preferred: AudioFormat = MULAW_8K, signal = NEVER, text = TEXT) => synthesizer.synthesize({ text, preferred, signal });
  return { clock, log, host, speak };
}

/** Streams what its section says, as xAI does. */
const xai: FakeProvider = { telephony: { outputFormat: "pcm", sampleRate: 24_000 }, streams: (_overrides, { responseFormat }) => (responseFormat === "pcm" ? "pcm" : "mp3") };

describe("a provider that can stream", () => {
  it.each<[string, AudioFormat, string]>([
    ["µ-law", MULAW_8K, "ulaw_8000"],
    ["A-law", ALAW_8K, "alaw_8000"],
    ["PCM at 16 kHz", pcm16(16_000), "pcm_16000"],
  ])("is heard while it speaks, in %s as the call wants it", async (_name, preferred, outputFormat) => {
    const { host, speak } = await open("elevenlabs", STREAMING);
    const speech = await speak(preferred);
    expect(speech).toMatchObject({ format: preferred, spokenBy: { provider: "elevenlabs" } });
    expect(host.openStreams).toBe(1);
    const chunks: Uint8Array[] = [];
    for await (const chunk of speech.audio) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks).equals(host.spoken(TEXT, outputFormat).audio)).toBe(true);
    expect([host.openStreams, host.spokenTo.length]).toEqual([0, 1]);
  });

  it("speaks as a whole where the call's format is none of its", async () => {
    const { host, speak } = await open("elevenlabs", STREAMING);
    expect((await speak(pcm16(48_000))).format).toEqual(pcm16(22_050));
    expect(host.spokenTo).toHaveLength(1);
  });

  it("is not asked to stream again once it sent a file, and nothing of that is kept open", async () => {
    const { host, speak, log } = await open("elevenlabs", { ...STREAMING, streams: () => "mp3_44100_128" });
    expect((await speak()).format).toEqual(pcm16(22_050));
    expect([host.openStreams, host.spokenTo.length]).toEqual([0, 2]);
    await speak();
    expect(host.spokenTo).toHaveLength(3);
    expect(log.lines).toMatchObject([{ level: "info", fields: { provider: "elevenlabs", format: "mp3_44100_128" } }]);
  });

  it("is streamed only in the PCM whose rate is known", async () => {
    const bare = await open("xai", xai, { responseFormat: "pcm" });
    expect((await bare.speak()).format).toEqual(pcm16(24_000));
    expect(bare.host.openStreams).toBe(1);
    const file = await open("xai", xai);
    expect((await file.speak()).format).toEqual(pcm16(24_000));
    expect([file.host.openStreams, file.host.spokenTo.length]).toEqual([0, 1]);
  });

  it("gives way to the host's next provider where it fails", async () => {
    const { host, speak, log } = await open("elevenlabs", STREAMING);
    host.failNext("unauthorized");
    expect((await speak()).spokenBy.provider).toBe("openai");
    expect(log.lines).toMatchObject([{ level: "warn", fields: { from: "elevenlabs", to: "openai" } }]);
    expect((await speak()).spokenBy.provider).toBe("elevenlabs");
  });

  it("gives way where its stream ends before it began", async () => {
    const { host, speak } = await open("elevenlabs", { ...STREAMING, telephony: { outputFormat: "pcm", sampleRate: 24_000 } });
    host.failNext("empty");
    await expect(speak()).rejects.toMatchObject({ code: "unavailable", message: "the host's provider elevenlabs brought no audio" });
    expect(host.openStreams).toBe(0);
  });

  it("is not given its time twice where it hangs", async () => {
    const { clock, host, speak } = await open("elevenlabs", STREAMING);
    host.failNext("stall");
    const asked = speak().catch((error: unknown) => error);
    await clock.advance(6000);
    expect(await asked).toMatchObject({ code: "timeout", message: "the host's speech took too long: elevenlabs (timeout)" });
    expect(host.spokenTo).toHaveLength(1);
  });

  it("is asked as a whole from then on where the host chooses another that does not stream", async () => {
    const { host, speak } = await open("elevenlabs", { telephony: { outputFormat: "pcm_22050", sampleRate: 22_050 } });
    const stream = host.tts.textToSpeechStream;
    let streamed = 0;
    Object.assign(host.tts, { textToSpeechStream: (request: never) => (streamed++, stream?.(request)) });
    await speak();
    await speak();
    expect([streamed, host.spokenTo.length]).toEqual([1, 2]);
  });
});

describe("a stream that nobody wants any more", () => {
  it("is given back where it is given up in its middle", async () => {
    const { host, speak } = await open("elevenlabs", STREAMING);
    const controller = new AbortController();
    host.failNext("stall-in-speech");
    const speech = await speak(MULAW_8K, controller.signal);
    const iterator = speech.audio[Symbol.asyncIterator]();
    await iterator.next();
    const next = iterator.next();
    controller.abort();
    expect((await next).done).toBe(true);
    expect(host.openStreams).toBe(0);
  });

  it("is given back where nobody ever read it", async () => {
    const { host, speak } = await open("elevenlabs", STREAMING);
    const controller = new AbortController();
    await speak(MULAW_8K, controller.signal);
    controller.abort();
    expect(host.openStreams).toBe(0);
  });

  it("is given back where it comes after it was given up", async () => {
    const { host, speak, clock } = await open("elevenlabs", STREAMING);
    const stream = host.tts.textToSpeechStream;
    let answer = () => {};
    Object.assign(host.tts, {
      async textToSpeechStream(request: never) {
        await new Promise<void>((resolve) => (answer = resolve));
        return stream?.(request);
      },
    });
    const controller = new AbortController();
    const asked = speak(MULAW_8K, controller.signal).catch((error: unknown) => error);
    await clock.settle();
    controller.abort();
    expect(await asked).toMatchObject({ code: "aborted" });
    answer();
    await clock.settle();
    expect([host.openStreams, host.spokenTo.length]).toEqual([0, 1]);
  });
});
